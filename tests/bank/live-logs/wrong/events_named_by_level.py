"""The level is the type of the event, and onmessage gets events without one.
names-every-event, caught by dispatches-events
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
            event = entry["level"].lower()
            yield f"event: {event}\nid: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"
