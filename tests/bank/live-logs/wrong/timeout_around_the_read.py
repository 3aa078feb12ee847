"""asyncio.timeout around the read ends the subscription at the first silence.
heartbeat-cancels-the-read, caught by outlives-a-silence
"""

import asyncio
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
        while True:
            entry = None
            try:
                async with asyncio.timeout(25):
                    entry = await anext(entries, None)
                if entry is None:
                    return
                yield f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"
            except TimeoutError:
                yield ":keep-alive\n\n"
