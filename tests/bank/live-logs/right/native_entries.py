"""The endpoint yields the entries as they are: FastAPI's heartbeats, and no ids."""

from collections.abc import AsyncIterable

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse

from sources.logs import LogEntry, Logs

router = APIRouter()


@router.get("/stream/live-logs", response_class=EventSourceResponse)
async def live_logs(logs: Logs) -> AsyncIterable[LogEntry]:
    async with logs.follow() as entries:
        async for entry in entries:
            yield entry
