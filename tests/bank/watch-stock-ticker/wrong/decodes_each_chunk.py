"""Each chunk is decoded by itself, although a character may be cut in two.
decodes-each-chunk, caught by chunks-mean-nothing
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
            buffer = ""
            async for data in response.aiter_bytes():
                buffer += data.decode("utf-8")
                while "\n\n" in buffer:
                    block, buffer = buffer.split("\n\n", 1)
                    yield json.loads(block.removeprefix("data: "))
