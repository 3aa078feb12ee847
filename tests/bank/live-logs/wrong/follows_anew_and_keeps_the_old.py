"""After a silence the log is followed anew, and the one before is never left.
never-releases, caught by leaves-nothing-behind-after-a-silence
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
    following = logs.follow(after)
    entries = await following.__aenter__()
    try:
        while True:
            try:
                entry = await asyncio.wait_for(anext(entries), timeout=15)
            except TimeoutError:
                yield ": heartbeat\n\n"
                following = logs.follow(after)  # the timeout has ended the old one
                entries = await following.__aenter__()
            except StopAsyncIteration:
                return
            else:
                after = entry["request_id"]
                yield f"id: {after}\ndata: {json.dumps(entry)}\n\n"
    finally:
        await following.__aexit__(None, None, None)
