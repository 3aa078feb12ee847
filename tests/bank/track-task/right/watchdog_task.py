"""A second task looks after the time at which something came last."""

from __future__ import annotations

import asyncio
import json

import httpx

from grader.sse import SseParser


async def track_task(base_url, *, on_progress):
    loop = asyncio.get_running_loop()
    heard = loop.time()

    async def watch():
        while (left := heard + 30 - loop.time()) > 0:
            await asyncio.sleep(left)
        raise TimeoutError("no sign of life for 30 seconds")

    async def read():
        nonlocal heard
        async with httpx.AsyncClient(base_url=base_url, timeout=None) as client:
            async with client.stream("GET", "/process/long-task") as response:
                response.raise_for_status()
                if not response.headers.get("content-type", "").startswith("text/event-stream"):
                    raise TypeError("no event stream")
                parser = SseParser()
                async for data in response.aiter_bytes():
                    heard = loop.time()
                    for event in parser.feed(data):
                        if event.type == "failed":
                            raise RuntimeError(json.loads(event.data).get("message"))
                        if event.type == "message":
                            report = json.loads(event.data)
                            on_progress(report["progress_percent"], report["message"])
                            if report["progress_percent"] >= 100:
                                return
                raise ConnectionError("the stream ended before the task")

    async with asyncio.TaskGroup() as group:
        watching = group.create_task(watch())
        await group.create_task(read())
        watching.cancel()
