"""The task that reads is not ended when the caller stops.
forgets-to-hang-up, caught by whoever-stops-hangs-up
"""

from __future__ import annotations

import asyncio
import json

import httpx

from grader.sse import SseParser


async def watch_stock_ticker(base_url):
    queue = asyncio.Queue(maxsize=1)

    async def read():
        try:
            async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
                async with client.stream("GET", "/stream/stock-ticker") as response:
                    response.raise_for_status()
                    if "text/event-stream" not in response.headers.get("content-type", ""):
                        raise ValueError("no event stream")
                    parser = SseParser()
                    async for data in response.aiter_bytes():
                        for event in parser.feed(data):
                            await queue.put(json.loads(event.data))
            await queue.put(None)
        except Exception as error:
            await queue.put(error)

    task = asyncio.create_task(read())
    while (item := await queue.get()) is not None:
        if isinstance(item, Exception):
            raise item
        yield item
    await task
