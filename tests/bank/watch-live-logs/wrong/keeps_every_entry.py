"""The entries are kept for whoever wants to scroll back, and nobody ever throws one away.
keeps-what-it-has-read, caught by memory-does-not-grow
"""

from __future__ import annotations

import asyncio
import json

import httpx

from grader.sse import SseParser

TIMEOUT = httpx.Timeout(10, read=60)


class Log:
    def __init__(self):
        self.entries = []
        self.last_event_id = ""
        self.delay = 3.0

    def add(self, event):
        self.entries.append(json.loads(event.data))
        return self.entries[-1]


async def watch_live_logs(base_url):
    log = Log()
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        while True:
            headers = {"Accept": "text/event-stream"}
            if log.last_event_id:
                headers["Last-Event-ID"] = log.last_event_id.encode()
            parser = SseParser(log.last_event_id)
            try:
                async with client.stream("GET", "/stream/live-logs", headers=headers) as response:
                    if response.status_code == 204:
                        return
                    response.raise_for_status()
                    if "text/event-stream" not in response.headers.get("content-type", ""):
                        raise ValueError("no event stream")
                    async for data in response.aiter_bytes():
                        for event in parser.feed(data):
                            if event.type == "message":
                                yield log.add(event)
            except httpx.TransportError:
                pass
            log.last_event_id = parser.last_event_id
            if parser.retry is not None:
                log.delay = parser.retry / 1000
            await asyncio.sleep(log.delay)
