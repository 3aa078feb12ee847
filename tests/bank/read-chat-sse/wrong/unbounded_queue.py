"""A task reads as fast as it can into a queue without a bound.
reads-ahead-without-bound, caught by a-slow-caller-slows-the-server-down
"""

from __future__ import annotations

import asyncio
import json

import httpx

from grader.sse import SseParser


async def read_chat_sse(base_url, prompt):
    queue = asyncio.Queue()

    async def read():
        try:
            async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
                async with client.stream(
                    "GET", "/ai/chat-stream-sse", params={"prompt": prompt}
                ) as response:
                    response.raise_for_status()
                    if "text/event-stream" not in response.headers.get("content-type", ""):
                        raise ValueError("not an event stream")
                    parser = SseParser()
                    async for data in response.aiter_bytes():
                        for event in parser.feed(data):
                            payload = json.loads(event.data)
                            kind = event.type if event.type != "message" else payload["type"]
                            await queue.put((kind, payload))
                            if kind in ("complete", "error"):
                                return
            raise RuntimeError("the reply is not complete")
        except Exception as error:
            await queue.put(("error", {"message": str(error)}))

    task = asyncio.create_task(read())
    try:
        while True:
            kind, payload = await queue.get()
            if kind == "token":
                yield payload["content"]
            elif kind == "error":
                raise RuntimeError(payload["message"])
            elif kind == "complete":
                return
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
