"""The task of the heartbeat is never cancelled, and beats for a stream that is over.
ignores-the-client-leaving, caught by leaves-nothing-behind
"""

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
    queue: asyncio.Queue[str | None] = asyncio.Queue(maxsize=10)

    async def read() -> None:
        async with logs.follow(after) as entries:
            async for entry in entries:
                await queue.put(f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n")
        await queue.put(None)

    async def beat() -> None:
        while True:
            await asyncio.sleep(15)
            await queue.put(": heartbeat\n\n")

    reader = asyncio.create_task(read())
    heart = asyncio.create_task(beat())
    try:
        while (event := await queue.get()) is not None:
            yield event
    except asyncio.CancelledError:
        reader.cancel()
        heart.cancel()
        raise
