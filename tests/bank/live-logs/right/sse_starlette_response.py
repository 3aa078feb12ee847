"""sse-starlette frames the events in CRLF and sends the pings."""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from sources.logs import Logs, LogTail

router = APIRouter()


async def publish(logs: LogTail, after: str | None) -> AsyncIterator[ServerSentEvent]:
    async with logs.follow(after=after) as entries:
        async for entry in entries:
            yield ServerSentEvent(json.dumps(entry), id=entry["request_id"])


@router.get("/stream/live-logs")
async def live_logs(request: Request, logs: Logs) -> EventSourceResponse:
    return EventSourceResponse(publish(logs, request.headers.get("Last-Event-ID")), ping=15)
