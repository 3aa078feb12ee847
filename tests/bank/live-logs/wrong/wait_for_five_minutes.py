"""wait_for has so much time that it cancels the read only in a long silence.
takes-silence-for-the-end, caught by outlives-minutes-of-silence
"""

import asyncio
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


async def events(logs: LogTail, after: str | None) -> AsyncIterator[str]:
    async with logs.follow(after) as entries:
        while True:
            try:
                entry = await asyncio.wait_for(anext(entries), timeout=300)
            except StopAsyncIteration:
                return
            except TimeoutError:
                yield ": ping\n\n"
                continue
            yield f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"
