"""A task reads as fast as it can into a queue without a bound.
reads-ahead-without-bound, caught by a-slow-caller-slows-the-server-down
"""

from __future__ import annotations

import asyncio

import httpx


async def read_chat(base_url, prompt):
    queue = asyncio.Queue()

    async def read():
        try:
            async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
                async with client.stream(
                    "GET", "/ai/chat-stream", params={"prompt": prompt}
                ) as response:
                    response.raise_for_status()
                    async for text in response.aiter_text():
                        queue.put_nowait(text)
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
