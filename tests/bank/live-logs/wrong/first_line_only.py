"""Of a message only the first line is sent, because lines break events.
takes-a-part-for-the-whole, caught by carries-json
"""

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
        async for entry in entries:
            first, *_ = entry["message"].split("\n")
            yield f"data: {json.dumps({**entry, 'message': first})}\n\n"
