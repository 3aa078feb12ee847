"""It sleeps between two reads, and the event loop with it.
blocks-the-loop, caught by the-end-leaves-nothing-behind
"""

from __future__ import annotations

import json
import time

import httpx

from grader.sse import SseParser


async def watch_stock_ticker(base_url):
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
        async with client.stream("GET", "/stream/stock-ticker") as response:
            response.raise_for_status()
            if "text/event-stream" not in response.headers.get("content-type", ""):
                raise ValueError("no event stream")
            parser = SseParser()
            async for data in response.aiter_bytes():
                for event in parser.feed(data):
                    yield json.loads(event.data)
                time.sleep(0.01)
