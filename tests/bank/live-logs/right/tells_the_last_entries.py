"""The last 20 entries are kept, to be told should the log break off."""

import json
import logging
from collections import deque
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse

from sources.logs import LogEntry, Logs, LogTail

router = APIRouter()
logger = logging.getLogger(__name__)
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/stream/live-logs")
async def live_logs(
    logs: Logs, last_event_id: Annotated[str | None, Header()] = None
) -> StreamingResponse:
    return StreamingResponse(
        events(logs, last_event_id), media_type="text/event-stream", headers=HEADERS
    )


async def events(logs: LogTail, after: str | None) -> AsyncIterator[str]:
    recent: deque[LogEntry] = deque(maxlen=20)
    async with logs.follow(after) as entries:
        try:
            async for entry in entries:
                recent.append(entry)
                yield f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"
        except Exception:
            logger.exception("the log broke off behind %s", [each["request_id"] for each in recent])
            raise
