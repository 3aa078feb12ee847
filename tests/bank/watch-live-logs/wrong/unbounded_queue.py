"""A task reads as fast as it can into a queue without a bound.
reads-ahead-without-bound, caught by a-slow-caller-slows-the-server-down
"""

from __future__ import annotations

import asyncio
import json

import httpx

from grader.sse import SseParser


async def watch_live_logs(base_url):
    queue = asyncio.Queue()

    async def read():
        try:
            last, delay = "", 3.0
            async with httpx.AsyncClient(base_url=base_url, timeout=45) as client:
                while True:
                    parser = SseParser(last)
                    headers = {"Last-Event-ID": last.encode()} if last else {}
                    try:
                        async with client.stream(
                            "GET", "/stream/live-logs", headers=headers
                        ) as response:
                            if response.status_code == 204:
                                break
                            response.raise_for_status()
                            kind = response.headers.get("content-type", "")
                            if not kind.startswith("text/event-stream"):
                                raise ValueError(kind)
                            async for data in response.aiter_bytes():
                                for event in parser.feed(data):
                                    if event.type == "message":
                                        await queue.put(json.loads(event.data))
                    except httpx.TransportError:
                        pass
                    last = parser.last_event_id
                    delay = delay if parser.retry is None else parser.retry / 1000
                    await asyncio.sleep(delay)
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
