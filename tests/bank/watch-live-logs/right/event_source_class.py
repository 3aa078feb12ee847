"""A class with a state, as EventSource is, and an async iterator of its own."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing

import httpx

from grader.sse import SseParser


class EventSource:
    def __init__(self, url):
        self.url = url
        self.last_event_id = ""
        self.reconnection_time = 2.5

    async def _connect(self, client):
        headers = {"accept": "text/event-stream", "cache-control": "no-store"}
        if self.last_event_id:
            headers["last-event-id"] = self.last_event_id.encode("utf-8")
        async with client.stream("GET", self.url, headers=headers) as response:
            if response.status_code == 204:
                raise StopAsyncIteration
            response.raise_for_status()
            if not response.headers.get("content-type", "").startswith("text/event-stream"):
                raise TypeError("no event stream")
            parser = SseParser(self.last_event_id)
            try:
                async for data in response.aiter_bytes():
                    for event in parser.feed(data):
                        yield event
            finally:
                self.last_event_id = parser.last_event_id
                if parser.retry is not None:
                    self.reconnection_time = parser.retry / 1000

    async def events(self):
        timeout = httpx.Timeout(15, read=90)
        async with httpx.AsyncClient(timeout=timeout) as client:
            while True:
                try:
                    async with aclosing(self._connect(client)) as connection:
                        async for event in connection:
                            yield event
                except httpx.TransportError:
                    pass
                except RuntimeError as error:
                    if isinstance(error.__cause__, StopAsyncIteration):
                        return
                    raise
                await asyncio.sleep(self.reconnection_time)


async def watch_live_logs(base_url):
    async with aclosing(EventSource(base_url + "/stream/live-logs").events()) as events:
        async for event in events:
            if event.type == "message":
                yield json.loads(event.data)
