"""The latest entries of all streams are kept, and every visitor is shown them first.
keeps-it-between-requests, caught by keeps-requests-apart
"""

import json
from collections import deque
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse

from sources.logs import LogEntry, Logs, LogTail

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
recent: deque[LogEntry] = deque(maxlen=3)


@router.get("/stream/live-logs")
async def live_logs(
    logs: Logs, last_event_id: Annotated[str | None, Header()] = None
) -> StreamingResponse:
    return StreamingResponse(
        events(logs, last_event_id), media_type="text/event-stream", headers=HEADERS
    )


async def events(logs: LogTail, after: str | None) -> AsyncIterator[str]:
    for entry in list(recent):
        yield f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"
    async with logs.follow(after) as entries:
        async for entry in entries:
            recent.append(entry)
            yield f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"
