"""Every line that begins with `data: ` is taken for an event, and httpx splits lines at U+2028, too.
splits-lines-like-python, caught by only-line-ends-end-lines
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
            async for line in response.aiter_lines():
                if line.startswith("data: "):
                    yield json.loads(line[6:])
