"""All entries are gathered before the first one is sent.
collects-then-yields, caught by lockstep
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
    async with logs.follow() as tail:
        entries = [entry async for entry in tail]
    for entry in entries:
        yield f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"
