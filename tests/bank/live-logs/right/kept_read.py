"""The read stays in a task over any number of heartbeats, and is ended before the log is left."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

import anyio
from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse

from sources.logs import LogEntry, Logs, LogTail

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
HEARTBEAT = 20.0


@router.get("/stream/live-logs")
async def live_logs(
    logs: Logs, last_event_id: Annotated[str | None, Header()] = None
) -> StreamingResponse:
    return StreamingResponse(
        events(logs, last_event_id), media_type="text/event-stream", headers=HEADERS
    )


async def events(logs: LogTail, after: str | None) -> AsyncIterator[str]:
    async with logs.follow(after) as entries:
        reading: asyncio.Future[LogEntry | None] | None = None
        try:
            while True:
                if reading is None:
                    reading = asyncio.ensure_future(anext(entries, None))
                done, _ = await asyncio.wait({reading}, timeout=HEARTBEAT)
                if not done:
                    yield ": still here\n\n"
                    continue
                entry, reading = reading.result(), None
                if entry is None:
                    return
                yield f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"
        finally:
            if reading is not None:
                reading.cancel()
                with anyio.CancelScope(shield=True):
                    await asyncio.wait({reading})
