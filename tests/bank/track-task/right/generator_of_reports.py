"""A generator gives the reports, and a loop over it calls back."""

from __future__ import annotations

import json
from contextlib import aclosing

import httpx

from grader.sse import SseParser


async def reports(base_url):
    timeout = httpx.Timeout(5, read=25)
    async with httpx.AsyncClient(base_url=base_url, timeout=timeout) as client:
        async with client.stream("GET", "/process/long-task") as response:
            response.raise_for_status()
            if not response.headers.get("Content-Type", "").startswith("text/event-stream"):
                raise ValueError("not an event stream")
            parser = SseParser()
            async for data in response.aiter_bytes():
                for event in parser.feed(data):
                    if event.type == "failed":
                        raise RuntimeError(json.loads(event.data)["message"])
                    if event.type == "message":
                        yield json.loads(event.data)


async def track_task(base_url, *, on_progress):
    async with aclosing(reports(base_url)) as given:
        async for report in given:
            on_progress(report["progress_percent"], report["message"])
            if report["progress_percent"] == 100:
                break
        else:
            raise EOFError("the task was not tracked to its end")
