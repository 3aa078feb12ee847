"""A task group reads, and hands over through a memory stream without a buffer."""

from __future__ import annotations

import json

import anyio
import httpx

from grader.sse import SseParser


async def watch_stock_ticker(base_url):
    send, receive = anyio.create_memory_object_stream(0)

    async def read():
        async with send, httpx.AsyncClient(base_url=base_url, timeout=45) as client:
            async with client.stream("GET", "/stream/stock-ticker") as response:
                response.raise_for_status()
                if not response.headers.get("content-type", "").startswith("text/event-stream"):
                    raise ValueError("no event stream")
                parser = SseParser()
                async for data in response.aiter_bytes():
                    for event in parser.feed(data):
                        await send.send(json.loads(event.data))

    async with anyio.create_task_group() as group:
        group.start_soon(read)
        async with receive:
            async for update in receive:
                yield update
        group.cancel_scope.cancel()
