"""A task of its own reads, and hands over through a queue that holds one token."""

from __future__ import annotations

import asyncio
import json

import httpx

from grader.sse import SseParser

END = object()


async def fill(queue, base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
        async with client.stream(
            "GET", "/ai/chat-stream-sse", params={"prompt": prompt}
        ) as response:
            response.raise_for_status()
            if not response.headers.get("Content-Type", "").startswith("text/event-stream"):
                raise ValueError("not an event stream")
            parser = SseParser()
            async for data in response.aiter_bytes():
                for event in parser.feed(data):
                    payload = json.loads(event.data)
                    kind = event.type if event.type != "message" else payload["type"]
                    if kind == "token":
                        await queue.put(payload["content"])
                    elif kind == "error":
                        raise RuntimeError(payload["message"])
                    elif kind == "complete":
                        return
    raise RuntimeError("the reply was cut short")


async def read_chat_sse(base_url, prompt):
    queue = asyncio.Queue(maxsize=1)

    async def read():
        try:
            await fill(queue, base_url, prompt)
        except Exception as error:
            await queue.put(error)
        else:
            await queue.put(END)

    task = asyncio.create_task(read())
    try:
        while (item := await queue.get()) is not END:
            if isinstance(item, Exception):
                raise item
            yield item
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
