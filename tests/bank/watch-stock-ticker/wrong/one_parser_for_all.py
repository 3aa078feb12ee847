"""One parser is made when the module is imported, and every caller feeds it.
keeps-it-between-calls, caught by callers-are-kept-apart
"""

from __future__ import annotations

import json

import httpx

from grader.sse import SseParser

TIMEOUT = httpx.Timeout(10, read=60)
parser = SseParser()


async def watch_stock_ticker(base_url):
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        async with client.stream("GET", "/stream/stock-ticker") as response:
            response.raise_for_status()
            if "text/event-stream" not in response.headers.get("content-type", ""):
                raise ValueError("no event stream")
            async for data in response.aiter_bytes():
                for event in parser.feed(data):
                    yield json.loads(event.data)
