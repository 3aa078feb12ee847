"""The comment has no line end, so that the id: line behind it is a part of it.
no-blank-line, caught by outlives-a-silence
"""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse

from sources.logs import Logs, LogTail

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/stream/live-logs")
async def live_logs(
    logs: Logs, last_event_id: Annotated[str | None, Header()] = None
) -> StreamingResponse:
    return StreamingResponse(
        events(logs, last_event_id), media_type="text/event-stream", headers=HEADERS
    )


async def events(logs: LogTail, after: str | None) -> AsyncIterator[str]:
    async with logs.follow(after) as entries:
        reading = None
        try:
            while True:
                if reading is None:
                    reading = asyncio.ensure_future(anext(entries, None))
                done, _ = await asyncio.wait({reading}, timeout=15)
                if not done:
                    yield ": ping"
                    continue
                entry, reading = reading.result(), None
                if entry is None:
                    return
                yield f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"
        finally:
            if reading is not None:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)
