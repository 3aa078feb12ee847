"""The heartbeat catches BaseException, the cancellation included.
ignores-the-client-leaving, caught by ends-when-the-client-leaves-between-entries
"""

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.logs import Logs, LogTail

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/stream/live-logs")
async def live_logs(logs: Logs) -> StreamingResponse:
    return StreamingResponse(events(logs), media_type="text/event-stream", headers=HEADERS)


async def events(logs: LogTail) -> AsyncIterator[str]:
    async with logs.follow() as entries:
        reading = None
        while True:
            if reading is None:
                reading = asyncio.ensure_future(anext(entries, None))
            try:
                entry = await asyncio.wait_for(asyncio.shield(reading), 15)
            except (TimeoutError, asyncio.CancelledError):
                yield ": heartbeat\n\n"
                continue
            reading = None
            if entry is None:
                return
            yield f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"
