"""The endpoint opens the log, and a background task closes it, which a failure skips.
acquires-outside-the-stream, caught by gives-back-what-fails
"""

import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Header
from fastapi.responses import StreamingResponse

from sources.logs import LogEntry, Logs

router = APIRouter()


async def events(entries: AsyncIterator[LogEntry]) -> AsyncIterator[str]:
    async for entry in entries:
        yield f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"


@router.get("/stream/live-logs")
async def live_logs(
    logs: Logs,
    tasks: BackgroundTasks,
    last_event_id: Annotated[str | None, Header()] = None,
) -> StreamingResponse:
    following = logs.follow(last_event_id)
    entries = await following.__aenter__()
    tasks.add_task(following.__aexit__, None, None, None)
    return StreamingResponse(
        events(entries),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
        background=tasks,
    )
