"""Each chunk is split at its blank lines.
takes-a-chunk-for-a-message, caught by chunks-mean-nothing
"""

from __future__ import annotations

import asyncio
import json

import httpx


async def watch_live_logs(base_url):
    last_id, delay = None, 3
    async with httpx.AsyncClient(base_url=base_url, timeout=httpx.Timeout(10, read=60)) as client:
        while True:
            headers = {"Last-Event-ID": last_id} if last_id else {}
            try:
                async with client.stream("GET", "/stream/live-logs", headers=headers) as response:
                    if response.status_code == 204:
                        return
                    response.raise_for_status()
                    if "text/event-stream" not in response.headers["content-type"]:
                        raise ValueError("no event stream")
                    async for text in response.aiter_text():
                        for block in text.split("\n\n"):
                            fields = dict(
                                line.split(": ", 1) for line in block.splitlines() if ": " in line
                            )
                            last_id = fields.get("id", last_id)
                            delay = float(fields.get("retry", delay * 1000)) / 1000
                            if "data" in fields:
                                yield json.loads(fields["data"])
            except httpx.TransportError:
                pass
            await asyncio.sleep(delay)
