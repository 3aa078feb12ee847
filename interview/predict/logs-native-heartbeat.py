from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse

from sources.logs import LogEntry, Logs

router = APIRouter()


@router.get("/stream/live-logs", response_class=EventSourceResponse)
async def live_logs(logs: Logs) -> AsyncIterator[LogEntry]:
    async with logs.follow() as entries:
        async for entry in entries:
            yield entry
