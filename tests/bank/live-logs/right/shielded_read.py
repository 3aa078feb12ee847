"""wait_for times out on a shield, so that the read behind it goes on."""

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
    yield "retry: 1000\n\n"
    async with logs.follow(after) as entries:
        while True:
            read = asyncio.ensure_future(anext(entries, None))
            try:
                while not read.done():
                    try:
                        await asyncio.wait_for(asyncio.shield(read), timeout=15)
                    except TimeoutError:
                        yield ":\n\n"
            finally:
                read.cancel()
            entry = read.result()
            if entry is None:
                break
            yield f"data: {json.dumps(entry)}\nid: {entry['request_id']}\n\n"
