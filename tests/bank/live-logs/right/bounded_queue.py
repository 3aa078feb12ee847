"""A task reads the log into a queue of ten, and the wait for the queue has the timeout."""

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
    queue: asyncio.Queue[LogEntry | None] = asyncio.Queue(maxsize=10)
    producer = asyncio.create_task(produce(logs, after, queue))
    try:
        while True:
            try:
                entry = await asyncio.wait_for(queue.get(), timeout=15)
            except TimeoutError:
                yield ": heartbeat\n\n"
                continue
            if entry is None:
                break
            yield f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"
        await producer  # a failure of the log is a failure of the stream
    finally:
        producer.cancel()


async def produce(logs: LogTail, after: str | None, queue: asyncio.Queue[LogEntry | None]) -> None:
    try:
        async with logs.follow(after) as entries:
            async for entry in entries:
                await queue.put(entry)
    finally:
        await queue.put(None)
