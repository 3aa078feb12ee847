"""It reads raw bytes, takes 204 for a task that is done, and gives no reason for a failure."""

from __future__ import annotations

import json

import httpx

from grader.sse import SseParser


async def track_task(base_url, *, on_progress):
    async with httpx.AsyncClient(base_url=base_url, timeout=30) as client:
        async with client.stream("GET", "/process/long-task") as response:
            response.raise_for_status()
            if response.status_code == 204:
                return
            if not response.headers.get("Content-Type", "").startswith("text/event-stream"):
                raise ValueError("not an event stream")
            parser = SseParser()
            async for data in response.aiter_raw():
                for event in parser.feed(data):
                    if event.type == "failed":
                        raise RuntimeError("the task has failed")
                    if event.type == "message":
                        report = json.loads(event.data)
                        on_progress(report["progress_percent"], report["message"])
                        if report["progress_percent"] >= 100:
                            return
            raise RuntimeError("the task has not come to its end")
