"""The text of each event is yielded, and not the update that it is the JSON of.
hands-on-the-text, caught by yields-updates
"""

from __future__ import annotations

import httpx

from grader.sse import SseParser


async def watch_stock_ticker(base_url):
    async with httpx.AsyncClient(base_url=base_url, timeout=None) as client:
        async with client.stream("GET", "/stream/stock-ticker") as response:
            response.raise_for_status()
            if "text/event-stream" not in response.headers.get("content-type", ""):
                raise ValueError("no event stream")
            parser = SseParser()
            async for data in response.aiter_bytes():
                for event in parser.feed(data):
                    yield event.data
