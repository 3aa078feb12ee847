"""Live logs: each entry as a server-sent event, resumable, and a sign of life in a silence."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from sources.logs import LogEntry, Logs

router = APIRouter()
logger = logging.getLogger(__name__)


async def followed(
    logs: Logs, last_event_id: Annotated[str | None, Header()] = None
) -> AsyncIterator[AsyncIterator[LogEntry]]:
    # In a dependency, which ends with the response whatever becomes of the client.
    async with logs.follow(after=last_event_id) as entries:
        yield entries


@router.get("/stream/live-logs", response_class=EventSourceResponse)
async def live_logs(
    entries: Annotated[AsyncIterator[LogEntry], Depends(followed)],
) -> AsyncIterator[ServerSentEvent]:
    try:
        async for entry in entries:
            yield ServerSentEvent(data=entry, id=entry["request_id"])
    except Exception:
        # FastAPI brings the body to a proper end even if this generator raises, so it has to say.
        logger.exception("the log broke off")
        yield ServerSentEvent(event="failed", data={"reason": "the log broke off"})


# FastAPI frames the events, sets both headers and sends a comment after 15 silent seconds, while
# a task of its own goes on reading. By hand that is the hard part: asyncio.wait_for(anext(entries),
# 15) cancels the read, and the generator behind it ends. Keep the read in a task, give
# asyncio.wait a timeout, and see that the task has ended before the log is left. Do write it by
# hand where the interval matters, which FastAPI has no setting for, or where a failure has to cut
# the body off.
