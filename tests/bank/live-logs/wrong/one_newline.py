"""One line feed ends the data line, and no blank line the event.
no-blank-line, caught by dispatches-events
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
            yield f"data: {json.dumps(entry)}\n"
