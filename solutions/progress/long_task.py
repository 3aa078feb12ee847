"""Long task: each step is reported when it is done, and the end is said once and for all."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Response
from fastapi.responses import StreamingResponse

from sources.tasks import Tasks, Worker

router = APIRouter()
logger = logging.getLogger(__name__)

HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
OVER = "id: over\n"  # what EventSource says as Last-Event-ID when it comes back after the end


@router.get("/process/long-task")
async def long_task(
    tasks: Tasks, last_event_id: Annotated[str | None, Header()] = None
) -> Response:
    if last_event_id == "over":
        return Response(status_code=204)  # which tells EventSource not to come back again
    return StreamingResponse(_reports(tasks), media_type="text/event-stream", headers=HEADERS)


async def _reports(tasks: Worker) -> AsyncIterator[str]:
    try:
        async with tasks.start() as task:
            total = len(task.steps)
            for number, step in enumerate(task.steps, 1):
                await step.run()
                report = {
                    "step": number,
                    "total_steps": total,
                    "message": step.message,
                    "progress_percent": 100 * number // total,
                    "timestamp": datetime.now(UTC).isoformat(),
                }
                yield (OVER if number == total else "") + _data(report)
    except Exception:  # and not CancelledError: a client that has left is told nothing
        logger.exception("the task failed")
        yield OVER + "event: failed\n" + _data({"message": "the task failed"})


def _data(payload: dict[str, Any]) -> str:
    return f"data: {json.dumps(payload)}\n\n"


# EventSource reconnects after every end, and a second request would be a second task. Where a
# task must outlive its connection, as most do, start it with POST, answer 202 with an id, and
# stream its progress from GET /tasks/{id}: a task that somebody watches, and may watch again.
