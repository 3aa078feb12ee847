"""time.sleep in an async generator imitates the pace of a log, and stops every other request.
blocks-the-loop, caught by loop-stays-free
"""

import json
import random
import time
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
            yield f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"
            time.sleep(random.uniform(0.2, 0.8))
