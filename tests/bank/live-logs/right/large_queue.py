"""A task reads ahead into a queue of 256, which is a lot, and has a bound."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse

from sources.logs import LogEntry, Logs, LogTail

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
    queue: asyncio.Queue[LogEntry | Exception | None] = asyncio.Queue(maxsize=256)

    async def pump() -> None:
        failure: Exception | None = None
        try:
            async with logs.follow(after) as entries:
                async for entry in entries:
                    await queue.put(entry)
        except Exception as error:
            failure = error
        await queue.put(failure)

    task = asyncio.create_task(pump())
    try:
        while True:
            try:
                entry = await asyncio.wait_for(queue.get(), 15)
            except TimeoutError:
                yield ": ping\n\n"
                continue
            if entry is None:
                return
            if isinstance(entry, Exception):
                raise entry
            yield f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
