"""str.splitlines also cuts at U+2028 and U+0085, in the middle of a string.
raw-newline-in-data, caught by carries-json
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


def event(payload: str, event_id: str) -> str:
    lines = "".join(f"data: {line}\n" for line in payload.splitlines())
    return f"id: {event_id}\n{lines}\n"


async def events(logs: LogTail) -> AsyncIterator[str]:
    async with logs.follow() as entries:
        async for entry in entries:
            yield event(json.dumps(entry, ensure_ascii=False), entry["request_id"])
