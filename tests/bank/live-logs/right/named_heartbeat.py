"""The heartbeat is an event of the type ping, from a task of its own beside the reader."""

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
    queue: asyncio.Queue[str | None] = asyncio.Queue(1)

    async def read() -> None:
        async with logs.follow(after) as entries:
            async for entry in entries:
                await queue.put(f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n")
        await queue.put(None)

    async def beat() -> None:
        while True:
            await asyncio.sleep(10)
            await queue.put("event: ping\ndata: {}\n\n")

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(read())
        heart = tasks.create_task(beat())
        while (event := await queue.get()) is not None:
            yield event
        heart.cancel()
