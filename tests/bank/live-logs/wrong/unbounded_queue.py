"""The queue between the reader and the heartbeat has no bound.
runs-ahead, caught by a-stalled-client-stops-the-log
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
    queue: asyncio.Queue[LogEntry | None] = asyncio.Queue()

    async def read() -> None:
        try:
            async with logs.follow() as entries:
                async for entry in entries:
                    await queue.put(entry)
        finally:
            queue.put_nowait(None)

    reader = asyncio.create_task(read())
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
    finally:
        reader.cancel()
