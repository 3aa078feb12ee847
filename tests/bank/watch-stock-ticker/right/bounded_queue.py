"""A task of its own reads, and hands over through a queue that holds one update."""

from __future__ import annotations

import asyncio
import json

import httpx

from grader.sse import SseParser

TIMEOUT = httpx.Timeout(10, read=60)


async def watch_stock_ticker(base_url):
    queue = asyncio.Queue(maxsize=1)

    async def read():
        try:
            async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
                async with client.stream("GET", "/stream/stock-ticker") as response:
                    response.raise_for_status()
                    kind = response.headers.get("Content-Type", "")
                    if not kind.lower().startswith("text/event-stream"):
                        raise ValueError(f"unexpected {kind}")
                    parser = SseParser()
                    async for data in response.aiter_bytes():
                        for event in parser.feed(data):
                            await queue.put(json.loads(event.data))
            await queue.put(None)
        except Exception as error:
            await queue.put(error)

    task = asyncio.create_task(read())
    try:
        while (item := await queue.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield item
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
