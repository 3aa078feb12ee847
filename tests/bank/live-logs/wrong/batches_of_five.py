"""Entries are written five at a time.
sends-in-batches, caught by lockstep
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
    batch: list[str] = []
    async with logs.follow() as entries:
        async for entry in entries:
            batch.append(f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n")
            if len(batch) == 5:
                yield "".join(batch)
                batch = []
    yield "".join(batch)
