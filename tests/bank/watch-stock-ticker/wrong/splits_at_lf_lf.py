"""Events are taken to end with LF LF, and with nothing else.
knows-one-line-end, caught by every-line-end
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
            async for text in response.aiter_text():
                buffer += text
                while "\n\n" in buffer:
                    block, buffer = buffer.split("\n\n", 1)
                    for line in block.split("\n"):
                        if line.startswith("data:"):
                            yield json.loads(line[5:])
