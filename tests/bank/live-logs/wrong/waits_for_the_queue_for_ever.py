"""Nobody tells the reader of the queue that the log is over, so heartbeats go on for ever.
never-ends, caught by sends-everything-once
"""

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.logs import LogEntry, Logs, LogTail

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/stream/live-logs")
async def live_logs(logs: Logs) -> StreamingResponse:
    return StreamingResponse(events(logs), media_type="text/event-stream", headers=HEADERS)


async def events(logs: LogTail) -> AsyncIterator[str]:
    queue: asyncio.Queue[LogEntry] = asyncio.Queue(maxsize=10)

    async def produce() -> None:
        async with logs.follow() as entries:
            async for entry in entries:
                await queue.put(entry)

    producer = asyncio.create_task(produce())
    try:
        while True:
            try:
                entry = await asyncio.wait_for(queue.get(), timeout=15)
                yield f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"
            except TimeoutError:
                yield ": ping\n\n"
    finally:
        producer.cancel()
