"""Indented JSON with a data: field for each of its lines, ended by CRLF; no heartbeat and no id."""

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


def event(payload: str) -> str:
    return "".join(f"data: {line}\r\n" for line in payload.split("\n")) + "\r\n"


async def events(logs: LogTail) -> AsyncIterator[str]:
    yield "\ufeff: welcome\r\n\r\n"
    async with logs.follow() as entries:
        async for entry in entries:
            yield event(json.dumps(entry, indent=2, ensure_ascii=False))
