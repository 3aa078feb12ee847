"""It asks for no compression, and reads the raw bytes."""

from __future__ import annotations

import json

import httpx

from grader.sse import SseParser


async def watch_stock_ticker(base_url):
    client = httpx.AsyncClient(timeout=httpx.Timeout(30))
    try:
        request = client.build_request(
            "GET",
            f"{base_url}/stream/stock-ticker",
            headers={"Accept": "text/event-stream", "Accept-Encoding": "identity"},
        )
        response = await client.send(request, stream=True)
        try:
            if response.status_code != 200:
                raise httpx.HTTPStatusError("no stream", request=request, response=response)
            if "text/event-stream" not in response.headers.get("content-type", ""):
                raise TypeError("no stream")
            parser = SseParser()
            async for data in response.aiter_raw():
                for event in parser.feed(data):
                    yield json.loads(event.data)
        finally:
            await response.aclose()
    finally:
        await client.aclose()
