"""fastapi.sse's response is returned by hand, which adds neither headers nor heartbeats.
missing-header, caught by is-not-cached
"""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse

from sources.logs import Logs, LogTail

router = APIRouter()


async def events(logs: LogTail) -> AsyncIterator[str]:
    async with logs.follow() as entries:
        async for entry in entries:
            yield f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"


@router.get("/stream/live-logs")
async def live_logs(logs: Logs) -> EventSourceResponse:
    return EventSourceResponse(events(logs))
