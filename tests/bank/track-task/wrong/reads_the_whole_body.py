"""The whole body is read before anything is told.
reads-it-whole, caught by tells-at-once
"""

from __future__ import annotations

import json

import httpx

from grader.sse import SseParser


async def track_task(base_url, *, on_progress):
    async with httpx.AsyncClient(base_url=base_url, timeout=30) as client:
        response = await client.get("/process/long-task")
        response.raise_for_status()
        if not response.headers.get("Content-Type", "").startswith("text/event-stream"):
            raise ValueError("not an event stream")
        for event in SseParser().feed(response.content):
            if event.type == "failed":
                raise RuntimeError(json.loads(event.data)["message"])
            if event.type == "message":
                report = json.loads(event.data)
                on_progress(report["progress_percent"], report["message"])
                if report["progress_percent"] >= 100:
                    return
        raise RuntimeError("not done")
