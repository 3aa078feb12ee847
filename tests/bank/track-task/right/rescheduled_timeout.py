"""The limit is asyncio's, and is put off by every chunk."""

from __future__ import annotations

import asyncio
import json

import httpx

from grader.sse import SseParser


async def track_task(base_url, *, on_progress):
    clock = asyncio.get_running_loop().time
    async with asyncio.timeout(30) as limit:
        async with httpx.AsyncClient(base_url=base_url, timeout=None) as client:
            async with client.stream("GET", "/process/long-task") as response:
                response.raise_for_status()
                if "text/event-stream" not in response.headers.get("content-type", ""):
                    raise ValueError("no event stream")
                parser = SseParser()
                async for data in response.aiter_bytes():
                    limit.reschedule(clock() + 30)
                    for event in parser.feed(data):
                        if event.type == "failed":
                            raise RuntimeError(event.data)
                        if event.type == "message":
                            report = json.loads(event.data)
                            percent = report["progress_percent"]
                            on_progress(percent, report["message"])
                            if percent >= 100:
                                return
    raise RuntimeError("ended early")
