"""A task of its own reads, and hands over through a queue that holds one piece."""

from __future__ import annotations

import asyncio
import codecs

import httpx

END = object()


async def read_chat(base_url, prompt):
    queue = asyncio.Queue(maxsize=1)

    async def read():
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
                async with client.stream(
                    "GET", "/ai/chat-stream", params={"prompt": prompt}
                ) as response:
                    response.raise_for_status()
                    if not response.headers.get("Content-Type", "").startswith("text/plain"):
                        raise ValueError("not a reply")
                    async for chunk in response.aiter_bytes():
                        await queue.put(decoder.decode(chunk))
                    decoder.decode(b"", final=True)
            await queue.put(END)
        except Exception as error:
            await queue.put(error)

    task = asyncio.create_task(read())
    try:
        while (item := await queue.get()) is not END:
            if isinstance(item, Exception):
                raise item
            yield item
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
