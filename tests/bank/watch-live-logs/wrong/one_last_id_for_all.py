"""The last id is kept at module level, where the next caller finds it and misses what came before.
keeps-it-between-calls, caught by callers-are-kept-apart
"""

from __future__ import annotations

import asyncio
import json

import httpx

from grader.sse import SseParser

TIMEOUT = httpx.Timeout(10, read=60)
last_event_id = ""


async def watch_live_logs(base_url):
    global last_event_id
    delay = 3.0
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        while True:
            headers = {"Accept": "text/event-stream"}
            if last_event_id:
                headers["Last-Event-ID"] = last_event_id.encode()
            parser = SseParser(last_event_id)
            try:
                async with client.stream("GET", "/stream/live-logs", headers=headers) as response:
                    if response.status_code == 204:
                        return
                    response.raise_for_status()
                    if "text/event-stream" not in response.headers.get("content-type", ""):
                        raise ValueError("no event stream")
                    async for data in response.aiter_bytes():
                        for event in parser.feed(data):
                            last_event_id = event.last_event_id
                            if event.type == "message":
                                yield json.loads(event.data)
            except httpx.TransportError:
                pass
            last_event_id = parser.last_event_id
            if parser.retry is not None:
                delay = parser.retry / 1000
            await asyncio.sleep(delay)
