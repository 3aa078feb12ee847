"""Each chunk is taken for one event.
takes-a-chunk-for-a-message, caught by tells-the-progress
"""

from __future__ import annotations

import json

import httpx


async def track_task(base_url, *, on_progress):
    async with httpx.AsyncClient(base_url=base_url, timeout=30) as client:
        async with client.stream("GET", "/process/long-task") as response:
            response.raise_for_status()
            if not response.headers.get("Content-Type", "").startswith("text/event-stream"):
                raise ValueError("not an event stream")
            async for text in response.aiter_text():
                if text.startswith("event: failed"):
                    raise RuntimeError(text)
                report = json.loads(text.removeprefix("data: "))
                on_progress(report["progress_percent"], report["message"])
                if report["progress_percent"] >= 100:
                    return
            raise RuntimeError("the task has not come to its end")
