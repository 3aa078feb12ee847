"""A task that was lost is asked for again, which runs it once more.
retries-what-costs-money, caught by an-end-before-a-hundred-is-an-error
"""

from __future__ import annotations

import asyncio
import json

import httpx

from grader.sse import SseParser


async def attempt(base_url, on_progress):
    async with httpx.AsyncClient(base_url=base_url, timeout=30) as client:
        async with client.stream("GET", "/process/long-task") as response:
            response.raise_for_status()
            if not response.headers.get("Content-Type", "").startswith("text/event-stream"):
                raise ValueError("not an event stream")
            parser = SseParser()
            async for data in response.aiter_bytes():
                for event in parser.feed(data):
                    if event.type == "failed":
                        raise RuntimeError(json.loads(event.data)["message"])
                    if event.type != "message":
                        continue
                    report = json.loads(event.data)
                    on_progress(report["progress_percent"], report["message"])
                    if report["progress_percent"] >= 100:
                        return True
    return False


async def track_task(base_url, *, on_progress):
    while True:
        try:
            if await attempt(base_url, on_progress):
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(1)
