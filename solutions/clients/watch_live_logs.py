"""Watching the logs: what EventSource does, connection after connection."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import httpx

from grader.sse import SseParser
from sources.logs import LogEntry

PATH = "/stream/live-logs"
# A comment comes every 15 seconds: where nothing comes for a minute, nobody is there any more.
TIMEOUT = httpx.Timeout(10, read=60)
LONGEST = 1 << 20  # characters of an event: one without an end would fill the memory
RETRY = 3_000  # milliseconds, until the server names another time


async def watch_live_logs(base_url: str) -> AsyncIterator[LogEntry]:
    last_event_id, retry = "", RETRY
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        while True:
            # Of the old connection only the id is kept.
            parser = SseParser(last_event_id, longest=LONGEST)
            try:
                async with client.stream("GET", PATH, headers=_headers(last_event_id)) as response:
                    if response.status_code == httpx.codes.NO_CONTENT:
                        return
                    _check(response)
                    async for data in response.aiter_bytes():
                        for event in parser.feed(data):
                            if event.type == "message":
                                yield json.loads(event.data)
            except httpx.TransportError:
                pass  # a lost connection is as good as an end: both are followed by another one
            last_event_id = parser.last_event_id
            retry = retry if parser.retry is None else parser.retry
            await asyncio.sleep(retry / 1000)


def _headers(last_event_id: str) -> httpx.Headers:
    headers = {"Accept": "text/event-stream"}
    if last_event_id:
        headers["Last-Event-ID"] = last_event_id
    return httpx.Headers(headers, encoding="utf-8")  # an id may be any text


def _check(response: httpx.Response) -> None:
    response.raise_for_status()
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type != "text/event-stream":
        raise ValueError(f"not an event stream: {media_type or 'no Content-Type'}")
