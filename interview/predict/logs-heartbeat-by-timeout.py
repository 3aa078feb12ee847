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
    async with logs.follow() as entries:
        while True:
            try:
                entry = await asyncio.wait_for(anext(entries, None), 15)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if entry is None:
                return
            yield f"data: {json.dumps(entry)}\n\n"
