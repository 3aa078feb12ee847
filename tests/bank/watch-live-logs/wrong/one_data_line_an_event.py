"""Every data line is taken for an event.
splits-lines-like-python, caught by only-line-ends-end-lines
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
                    async for line in response.aiter_lines():
                        if line.startswith("id:"):
                            last_id = line[3:].strip()
                        elif line.startswith("retry:"):
                            delay = int(line[6:]) / 1000
                        elif line.startswith("data:"):
                            yield json.loads(line[5:])
            except httpx.TransportError:
                pass
            await asyncio.sleep(delay)
