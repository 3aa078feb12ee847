from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.logs import Logs, LogTail

router = APIRouter()


@router.get("/stream/live-logs")
async def live_logs(logs: Logs) -> StreamingResponse:
    return StreamingResponse(events(logs), media_type="text/event-stream")


async def events(logs: LogTail) -> AsyncIterator[str]:
    queue = asyncio.Queue()

    async def produce() -> None:
        async with logs.follow() as entries:
            async for entry in entries:
                await queue.put(entry)
        await queue.put(None)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(produce())
        while (entry := await queue.get()) is not None:
            yield f"data: {json.dumps(entry)}\n\n"
