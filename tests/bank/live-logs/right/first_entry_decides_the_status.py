"""A dependency holds the log, and the endpoint reads an entry before it answers; POST will do, too."""

import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from sources.logs import LogEntry, Logs

router = APIRouter()


async def followed(logs: Logs) -> AsyncIterator[AsyncIterator[LogEntry]]:
    async with logs.follow() as entries:
        yield entries


def event(entry: LogEntry) -> str:
    return f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"


async def events(first: LogEntry | None, entries: AsyncIterator[LogEntry]) -> AsyncIterator[str]:
    if first is not None:
        yield event(first)
        async for entry in entries:
            yield event(entry)


@router.api_route("/stream/live-logs", methods=["GET", "POST", "HEAD"])
async def live_logs(
    entries: Annotated[AsyncIterator[LogEntry], Depends(followed)],
) -> StreamingResponse:
    first = await anext(entries, None)
    return StreamingResponse(
        events(first, entries),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache"},
    )
