"""An entry is held back until the next one shows that its message is complete.
one-behind, caught by lockstep
"""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.logs import LogEntry, Logs, LogTail

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/stream/live-logs")
async def live_logs(logs: Logs) -> StreamingResponse:
    return StreamingResponse(events(logs), media_type="text/event-stream", headers=HEADERS)


async def events(logs: LogTail) -> AsyncIterator[str]:
    pending: LogEntry | None = None
    async with logs.follow() as entries:
        async for following in entries:
            if (entry := pending) is not None:
                yield f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"
            pending = following
    if (entry := pending) is not None:
        yield f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"
