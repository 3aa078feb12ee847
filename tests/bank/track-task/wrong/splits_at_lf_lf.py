"""Events are taken to end with LF LF, and with nothing else.
knows-one-line-end, caught by every-line-end
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
            buffer = ""
            async for text in response.aiter_text():
                buffer += text
                while "\n\n" in buffer:
                    block, buffer = buffer.split("\n\n", 1)
                    fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
                    if fields.get("event") == "failed":
                        raise RuntimeError(fields["data"])
                    if "data" in fields and "event" not in fields:
                        report = json.loads(fields["data"])
                        on_progress(report["progress_percent"], report["message"])
                        if report["progress_percent"] >= 100:
                            return
            raise RuntimeError("the task has not come to its end")
