"""The heartbeat is a JSON object in an event without a type, which a page shows as an entry.
heartbeat-taken-for-data, caught by shows-entries-only
"""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from fastapi import APIRouter
from sse_starlette import EventSourceResponse, ServerSentEvent

from sources.logs import Logs, LogTail

router = APIRouter()


def heartbeat() -> ServerSentEvent:
    now = datetime.now(UTC).isoformat()
    return ServerSentEvent(json.dumps({"type": "heartbeat", "timestamp": now}))


async def publish(logs: LogTail) -> AsyncIterator[dict[str, str]]:
    async with logs.follow() as entries:
        async for entry in entries:
            yield {"id": entry["request_id"], "data": json.dumps(entry)}
            await asyncio.sleep(0)


@router.get("/stream/live-logs")
async def live_logs(logs: Logs) -> EventSourceResponse:
    return EventSourceResponse(publish(logs), ping=10, ping_message_factory=heartbeat)
