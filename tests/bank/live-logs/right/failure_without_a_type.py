"""A log that breaks off is told of in an event without a type, which onmessage is given, too."""

from collections.abc import AsyncIterable
from typing import Annotated, Any

from fastapi import APIRouter, Header
from fastapi.sse import EventSourceResponse, ServerSentEvent

from sources.logs import Logs

router = APIRouter()


@router.get("/stream/live-logs", response_class=EventSourceResponse)
async def live_logs(
    logs: Logs, last_event_id: Annotated[str | None, Header()] = None
) -> AsyncIterable[ServerSentEvent]:
    try:
        async with logs.follow(last_event_id) as entries:
            async for entry in entries:
                yield event(entry, entry["request_id"])
    except ConnectionError as error:
        yield event({"error": str(error)})


def event(data: Any, event_id: str | None = None) -> ServerSentEvent:
    return ServerSentEvent(data=data, id=event_id)
