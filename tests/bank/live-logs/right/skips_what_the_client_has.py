"""The entries that the client has are skipped here, so an id that nobody knows is waited for in vain."""

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


async def events(logs: LogTail, had: str | None) -> AsyncIterator[str]:
    async with logs.follow() as entries:
        async for entry in entries:
            if had is not None:
                had = None if entry["request_id"] == had else had
                continue
            yield f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"
