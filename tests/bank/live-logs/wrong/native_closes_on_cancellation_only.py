"""A native endpoint leaves the log on CancelledError, and a stalled one ends by GeneratorExit.
never-releases, caught by ends-when-a-stalled-client-leaves
"""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse, ServerSentEvent

from sources.logs import Logs

router = APIRouter()


@router.get("/stream/live-logs", response_class=EventSourceResponse)
async def live_logs(logs: Logs) -> AsyncIterator[ServerSentEvent]:
    following = logs.follow()
    entries = await following.__aenter__()
    try:
        async for entry in entries:
            yield ServerSentEvent(data=entry, id=entry["request_id"])
    except (Exception, asyncio.CancelledError) as error:
        await following.__aexit__(type(error), error, error.__traceback__)
        raise
    await following.__aexit__(None, None, None)
