"""The task that reads is not ended when the caller stops.
forgets-to-hang-up, caught by whoever-stops-hangs-up
"""

from __future__ import annotations

import asyncio

import httpx


async def read_chat(base_url, prompt):
    queue = asyncio.Queue(maxsize=4)

    async def read():
        try:
            async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
                async with client.stream(
                    "GET", "/ai/chat-stream", params={"prompt": prompt}
                ) as response:
                    response.raise_for_status()
                    async for text in response.aiter_text():
                        await queue.put(text)
            await queue.put(None)
        except Exception as error:
            await queue.put(error)

    task = asyncio.create_task(read())
    while (item := await queue.get()) is not None:
        if isinstance(item, Exception):
            raise item
        yield item
    await task
