"""The response and the client are never closed.
forgets-to-hang-up, caught by the-end-leaves-nothing-behind
"""

from __future__ import annotations

import json

import httpx

from grader.sse import SseParser


async def watch_stock_ticker(base_url):
    client = httpx.AsyncClient(base_url=base_url, timeout=httpx.Timeout(10, read=60))
    request = client.build_request("GET", "/stream/stock-ticker")
    response = await client.send(request, stream=True)
    response.raise_for_status()
    if "text/event-stream" not in response.headers.get("content-type", ""):
        raise ValueError("no event stream")
    parser = SseParser()
    async for data in response.aiter_bytes():
        for event in parser.feed(data):
            yield json.loads(event.data)
