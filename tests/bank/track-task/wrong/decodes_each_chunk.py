"""Each chunk is decoded by itself, although a character may be cut in two.
decodes-each-chunk, caught by chunks-mean-nothing
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
            async for chunk in response.aiter_bytes():
                buffer += chunk.decode()
                while "\n\n" in buffer:
                    block, buffer = buffer.split("\n\n", 1)
                    if block.startswith("event: failed"):
                        raise RuntimeError(block)
                    if block.startswith("data: "):
                        report = json.loads(block.removeprefix("data: "))
                        on_progress(report["progress_percent"], report["message"])
                        if report["progress_percent"] >= 100:
                            return
            raise RuntimeError("the task has not come to its end")
