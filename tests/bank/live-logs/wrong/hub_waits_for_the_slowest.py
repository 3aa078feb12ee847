"""One reader puts each entry into a queue for each client, and waits where one is full.
waits-for-the-slowest, caught by a-stalled-client-holds-up-nobody
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


class Hub:
    def __init__(self) -> None:
        self.subscribers: set[asyncio.Queue[LogEntry | None]] = set()
        self.task: asyncio.Task[None] | None = None

    async def pump(self, logs: LogTail) -> None:
        async with logs.follow() as entries:
            async for entry in entries:
                for queue in list(self.subscribers):
                    await queue.put(entry)
        for queue in list(self.subscribers):
            await queue.put(None)


hub = Hub()


async def events(logs: LogTail) -> AsyncIterator[str]:
    queue: asyncio.Queue[LogEntry | None] = asyncio.Queue(maxsize=100)
    hub.subscribers.add(queue)
    if hub.task is None or hub.task.done():
        hub.task = asyncio.create_task(hub.pump(logs))
    try:
        while True:
            try:
                entry = await asyncio.wait_for(queue.get(), 15)
            except TimeoutError:
                yield ": ping\n\n"
                continue
            if entry is None:
                return
            yield f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"
    finally:
        hub.subscribers.discard(queue)
        if not hub.subscribers and hub.task is not None:
            hub.task.cancel()
            hub.task = None
