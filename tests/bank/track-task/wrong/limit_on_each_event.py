"""The limit of time is on each event, and a comment is none.
takes-the-quiet-for-the-dead, caught by comments-are-signs-of-life
"""

from __future__ import annotations

import asyncio
import json

import httpx

from grader.sse import SseParser


async def events(response):
    parser = SseParser()
    async for data in response.aiter_bytes():
        for event in parser.feed(data):
            yield event


async def track_task(base_url, *, on_progress):
    async with httpx.AsyncClient(base_url=base_url, timeout=None) as client:
        async with client.stream("GET", "/process/long-task") as response:
            response.raise_for_status()
            if not response.headers.get("Content-Type", "").startswith("text/event-stream"):
                raise ValueError("not an event stream")
            given = events(response)
            while True:
                try:
                    event = await asyncio.wait_for(anext(given), timeout=30)
                except StopAsyncIteration:
                    raise RuntimeError("the task has not come to its end") from None
                if event.type == "failed":
                    raise RuntimeError(json.loads(event.data)["message"])
                if event.type == "message":
                    report = json.loads(event.data)
                    on_progress(report["progress_percent"], report["message"])
                    if report["progress_percent"] >= 100:
                        return
