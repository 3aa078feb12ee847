"""After 20 silent seconds the log is left, and followed again behind the last entry."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse

from sources.logs import Logs, LogTail

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/stream/live-logs")
async def live_logs(
    logs: Logs, last_event_id: Annotated[str | None, Header()] = None
) -> StreamingResponse:
    return StreamingResponse(
        events(logs, last_event_id), media_type="text/event-stream", headers=HEADERS
    )


async def events(logs: LogTail, after: str | None) -> AsyncIterator[str]:
    while True:
        try:
            async with logs.follow(after) as entries:
                while True:
                    async with asyncio.timeout(20):
                        entry = await anext(entries)
                    after = entry["request_id"]
                    yield f"id: {after}\ndata: {json.dumps(entry)}\n\n"
        except TimeoutError:
            yield ": waiting\n\n"
        except StopAsyncIteration:
            return
