"""The read that is kept over the heartbeats is not cancelled when the client leaves.
ignores-the-client-leaving, caught by ends-when-the-client-leaves-between-entries
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
    queue: asyncio.Queue[LogEntry | None] = asyncio.Queue(maxsize=10)

    async def read() -> None:
        async with logs.follow() as entries:
            async for entry in entries:
                await queue.put(entry)
        await queue.put(None)

    reader = asyncio.create_task(read())
    while True:
        try:
            entry = await asyncio.wait_for(queue.get(), timeout=20)
        except TimeoutError:
            yield ": heartbeat\n\n"
            continue
        if entry is None:
            break
        yield f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"
    await reader
