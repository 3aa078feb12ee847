"""The last id is kept at module level, so whoever comes next gets what follows it.
keeps-it-between-requests, caught by keeps-requests-apart
"""

import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse

from sources.logs import Logs, LogTail

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
last_id: str | None = None


@router.get("/stream/live-logs")
async def live_logs(
    logs: Logs, last_event_id: Annotated[str | None, Header()] = None
) -> StreamingResponse:
    return StreamingResponse(
        events(logs, last_event_id), media_type="text/event-stream", headers=HEADERS
    )


async def events(logs: LogTail, after: str | None) -> AsyncIterator[str]:
    global last_id
    async with logs.follow(after or last_id) as entries:
        async for entry in entries:
            yield f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"
            last_id = entry["request_id"]
