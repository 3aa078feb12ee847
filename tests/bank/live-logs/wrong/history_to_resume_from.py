"""Every event is kept so that clients may resume, and none is ever dropped.
keeps-what-it-sent, caught by memory-does-not-grow
"""

import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse

from sources.logs import Logs, LogTail

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/stream/live-logs")
async def live_logs(
    logs: Logs, last_event_id: Annotated[str | None, Header()] = None
) -> StreamingResponse:
    return StreamingResponse(
        events(logs, last_event_id), media_type="text/event-stream", headers=HEADERS
    )


history: dict[str, str] = {}  # by request_id, for whoever comes back


async def events(logs: LogTail, last_event_id: str | None) -> AsyncIterator[str]:
    async with logs.follow(last_event_id) as entries:
        async for entry in entries:
            event = f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"
            history[entry["request_id"]] = event
            yield event
