"""A native endpoint asks for one entry more than there are, which FastAPI only logs at the end."""

from collections.abc import AsyncIterable
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from sources.logs import Logs

router = APIRouter()


@router.get("/stream/live-logs", response_class=EventSourceResponse)
async def live_logs(
    logs: Logs, last_event_id: Annotated[str | None, Header()] = None
) -> AsyncIterable[ServerSentEvent]:
    async with logs.follow(last_event_id) as entries:
        while True:
            entry = await anext(entries)
            yield ServerSentEvent(data=entry, id=entry["request_id"])
