"""The whole body is read before the first update is yielded.
reads-it-whole, caught by yields-at-once
"""

from __future__ import annotations

import json

import httpx

from grader.sse import SseParser


async def watch_stock_ticker(base_url):
    async with httpx.AsyncClient(base_url=base_url, timeout=httpx.Timeout(10, read=60)) as client:
        response = await client.get("/stream/stock-ticker")
        response.raise_for_status()
        if "text/event-stream" not in response.headers.get("content-type", ""):
            raise ValueError("no event stream")
        for event in SseParser().feed(response.content):
            yield json.loads(event.data)
