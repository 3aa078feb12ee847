"""One task reads the log into one queue, and the clients take turns at it.
shares-one-stream, caught by serves-two-clients
"""

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.logs import LogEntry, Logs, LogTail

router = APIRouter()


class Tailer:
    def __init__(self) -> None:
        self.queue: asyncio.Queue[LogEntry | None] = asyncio.Queue(maxsize=100)
        self.task: asyncio.Task[None] | None = None

    def start(self, logs: LogTail) -> None:
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self.run(logs))

    async def run(self, logs: LogTail) -> None:
        async with logs.follow() as entries:
            async for entry in entries:
                await self.queue.put(entry)
        await self.queue.put(None)


tailer = Tailer()


async def events() -> AsyncIterator[str]:
    while (entry := await tailer.queue.get()) is not None:
        yield f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"


@router.get("/stream/live-logs")
async def live_logs(logs: Logs) -> StreamingResponse:
    tailer.start(logs)
    return StreamingResponse(
        events(),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )
