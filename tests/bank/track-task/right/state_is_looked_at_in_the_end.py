"""A break ends the reading, and what was seen last decides in the end."""

from __future__ import annotations

import json

import httpx

from grader.sse import SseParser


async def track_task(base_url, *, on_progress):
    percent = 0
    async with httpx.AsyncClient(base_url=base_url, timeout=30) as client:
        async with client.stream("GET", "/process/long-task") as response:
            response.raise_for_status()
            if not response.headers.get("Content-Type", "").startswith("text/event-stream"):
                raise ValueError("not an event stream")
            parser = SseParser()
            async for data in response.aiter_bytes():
                for event in parser.feed(data):
                    if percent >= 100 or event.type not in ("message", "failed"):
                        continue
                    payload = json.loads(event.data)
                    if event.type == "failed":
                        raise RuntimeError(payload["message"])
                    percent = payload["progress_percent"]
                    on_progress(percent, payload["message"])
                if percent >= 100:
                    break
    if percent < 100:
        raise RuntimeError(f"no more news after {percent} percent")
