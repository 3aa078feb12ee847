"""The JSON is an f-string, and the lines of a stack trace end the data line.
raw-newline-in-data, caught by carries-json
"""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.logs import LogEntry, Logs, LogTail

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/stream/live-logs")
async def live_logs(logs: Logs) -> StreamingResponse:
    return StreamingResponse(events(logs), media_type="text/event-stream", headers=HEADERS)


def event(entry: LogEntry) -> str:
    message = entry["message"].replace("\\", "\\\\").replace('"', '\\"')
    return (
        f"id: {entry['request_id']}\n"
        f'data: {{"timestamp": "{entry["timestamp"]}", "level": "{entry["level"]}", '
        f'"service": "{entry["service"]}", "request_id": "{entry["request_id"]}", '
        f'"message": "{message}"}}\n\n'
    )


async def events(logs: LogTail) -> AsyncIterator[str]:
    async with logs.follow() as entries:
        async for entry in entries:
            yield event(entry)
