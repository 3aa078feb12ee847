"""A log that says nothing in its first five seconds is taken for an empty one.
takes-silence-for-the-end, caught by outlives-minutes-of-silence
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
        try:
            first = await asyncio.wait_for(anext(entries), timeout=5)
        except (StopAsyncIteration, TimeoutError):
            yield ": no logs\n\n"
            return
        reading = None
        entry = first
        try:
            while entry is not None:
                yield f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"
                reading = asyncio.ensure_future(anext(entries, None))
                while not (await asyncio.wait({reading}, timeout=15))[0]:
                    yield ": ping\n\n"
                entry, reading = reading.result(), None
        finally:
            if reading is not None:
                reading.cancel()
                await asyncio.gather(reading, return_exceptions=True)
