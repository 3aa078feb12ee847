"""The media type is not looked at.
ignores-the-media-type, caught by another-media-type-is-an-error
"""

from __future__ import annotations

import json

import httpx

from grader.sse import SseParser

TIMEOUT = httpx.Timeout(10, read=60)


async def watch_stock_ticker(base_url):
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        async with client.stream("GET", "/stream/stock-ticker") as response:
            response.raise_for_status()
            parser = SseParser()
            async for data in response.aiter_bytes():
                for event in parser.feed(data):
                    yield json.loads(event.data)
