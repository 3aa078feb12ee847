"""Lines are those of httpx, which ends them at U+2028, too.
splits-lines-like-python, caught by only-line-ends-end-lines
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
            kind = "message"
            async for line in response.aiter_lines():
                if line.startswith("event:"):
                    kind = line.removeprefix("event:").strip()
                elif line.startswith("data:"):
                    payload = json.loads(line.removeprefix("data:"))
                    if kind == "failed":
                        raise RuntimeError(payload["message"])
                    if kind == "message":
                        on_progress(payload["progress_percent"], payload["message"])
                        if payload["progress_percent"] >= 100:
                            return
                elif not line:
                    kind = "message"
            raise RuntimeError("the task has not come to its end")
