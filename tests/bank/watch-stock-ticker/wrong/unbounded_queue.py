"""A task reads as fast as it can into a queue without a bound.
reads-ahead-without-bound, caught by a-slow-caller-slows-the-server-down
"""

from __future__ import annotations

import asyncio
import json

import httpx

from grader.sse import SseParser


async def watch_stock_ticker(base_url):
    queue = asyncio.Queue()

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
                            queue.put_nowait(json.loads(event.data))
            queue.put_nowait(None)
        except Exception as error:
            queue.put_nowait(error)

    task = asyncio.create_task(read())
    try:
        while (item := await queue.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield item
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
