"""The heartbeat is a data line, and onmessage parses it as JSON.
heartbeat-taken-for-data, caught by shows-entries-only
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
        reading = asyncio.ensure_future(anext(entries, None))
        try:
            while True:
                done, _ = await asyncio.wait([reading], timeout=15)
                if not done:
                    yield "data: ping\n\n"
                    continue
                entry = reading.result()
                if entry is None:
                    return
                yield f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"
                reading = asyncio.ensure_future(anext(entries, None))
        finally:
            reading.cancel()
