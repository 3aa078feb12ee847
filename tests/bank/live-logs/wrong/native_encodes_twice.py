"""ServerSentEvent encodes its data, and was given JSON text.
encodes-twice, caught by carries-json
"""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse, ServerSentEvent

from sources.logs import Logs

router = APIRouter()


@router.get("/stream/live-logs", response_class=EventSourceResponse)
async def live_logs(logs: Logs) -> AsyncIterator[ServerSentEvent]:
    async with logs.follow() as entries:
        async for entry in entries:
            yield ServerSentEvent(data=json.dumps(entry), id=entry["request_id"])
