"""Each chunk is taken for one event.
takes-a-chunk-for-a-message, caught by chunks-mean-nothing
"""

from __future__ import annotations

import json

import httpx

TIMEOUT = httpx.Timeout(10, read=60)


async def watch_stock_ticker(base_url):
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        async with client.stream("GET", "/stream/stock-ticker") as response:
            response.raise_for_status()
            if "text/event-stream" not in response.headers.get("content-type", ""):
                raise ValueError("no event stream")
            async for text in response.aiter_text():
                yield json.loads(text.removeprefix("data: "))
