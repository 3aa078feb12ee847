"""Every report has the task's id, so that a browser is sent away even if it lost its connection."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Header, Response
from fastapi.responses import StreamingResponse

from sources.tasks import Tasks, Worker

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/process/long-task")
async def long_task(
    tasks: Tasks, last_event_id: Annotated[str | None, Header()] = None
) -> Response:
    if last_event_id:
        return Response(status_code=204)
    return StreamingResponse(run(tasks), media_type="text/event-stream", headers=HEADERS)


async def run(tasks: Worker) -> AsyncIterator[str]:
    task_id = uuid4().hex
    async with tasks.start() as task:
        for number, step in enumerate(task.steps, 1):
            await step.run()
            report = {
                "step": number,
                "total_steps": len(task.steps),
                "message": step.message,
                "progress_percent": number * 100 // len(task.steps),
                "timestamp": datetime.now(UTC).isoformat(),
            }
            yield f"id: {task_id}\ndata: {json.dumps(report)}\n\n"
