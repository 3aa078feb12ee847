"""A native endpoint beats by itself, by cancelling the read with move_on_after.
heartbeat-cancels-the-read, caught by outlives-a-silence
"""

from collections.abc import AsyncIterator
from typing import Annotated

import anyio
from fastapi import APIRouter, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from sources.logs import Logs

router = APIRouter()


@router.get("/stream/live-logs", response_class=EventSourceResponse)
async def live_logs(
    logs: Logs, last_event_id: Annotated[str | None, Header()] = None
) -> AsyncIterator[ServerSentEvent]:
    async with logs.follow(last_event_id) as entries:
        while True:
            with anyio.move_on_after(10) as waiting:
                entry = await anext(entries, None)
            if waiting.cancelled_caught:
                yield ServerSentEvent(comment="heartbeat")
            elif entry is None:
                return
            else:
                yield ServerSentEvent(data=entry, id=entry["request_id"])
