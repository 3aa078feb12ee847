"""An iterator class keeps the read, and a Response subclass holds the log open around it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from sources.logs import LogEntry, Logs, LogTail

router = APIRouter()


class Events:
    """The events of one log, with a comment for each quarter of a minute without one."""

    def __init__(self, entries: AsyncIterator[LogEntry]) -> None:
        self.entries = entries
        self.reading: asyncio.Task[LogEntry | None] | None = None

    def __aiter__(self) -> Events:
        return self

    async def read(self) -> LogEntry | None:
        return await anext(self.entries, None)

    async def __anext__(self) -> str:
        self.reading = self.reading or asyncio.create_task(self.read())
        await asyncio.wait([self.reading], timeout=15)
        if not self.reading.done():
            return ": beat\n\n"
        entry, self.reading = self.reading.result(), None
        if entry is None:
            raise StopAsyncIteration
        return f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"

    def close(self) -> None:
        if self.reading is not None:
            self.reading.cancel()


class LogResponse(StreamingResponse):
    media_type = "text/event-stream"

    def __init__(self, logs: LogTail) -> None:
        super().__init__((), headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})
        self.logs = logs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self.logs.follow() as entries:
            self.body_iterator = events = Events(entries)
            try:
                await super().__call__(scope, receive, send)
            finally:
                events.close()


@router.get("/stream/live-logs")
async def live_logs(logs: Logs) -> LogResponse:
    return LogResponse(logs)
