"""Every update goes into a list, from which the highest price is told when the feed ends.
keeps-what-it-has-read, caught by memory-does-not-grow
"""

from __future__ import annotations

import json
import logging

import httpx

from grader.sse import SseParser

TIMEOUT = httpx.Timeout(10, read=60)
logger = logging.getLogger(__name__)


async def watch_stock_ticker(base_url):
    updates = []
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        async with client.stream("GET", "/stream/stock-ticker") as response:
            response.raise_for_status()
            if "text/event-stream" not in response.headers.get("content-type", ""):
                raise ValueError("no event stream")
            parser = SseParser()
            async for data in response.aiter_bytes():
                for event in parser.feed(data):
                    updates.append(json.loads(event.data))
                    yield updates[-1]
    logger.info("highest: %s", max((each.get("price", 0) for each in updates), default=None))
