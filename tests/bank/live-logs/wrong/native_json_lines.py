"""A native endpoint without response_class streams JSON Lines.
wrong-media-type, caught by starts
"""

from collections.abc import AsyncIterator

from fastapi import APIRouter

from sources.logs import LogEntry, Logs

router = APIRouter()


@router.get("/stream/live-logs")
async def live_logs(logs: Logs) -> AsyncIterator[LogEntry]:
    async with logs.follow() as entries:
        async for entry in entries:
            yield entry
