"""A dependency holds the task, so that a worker that refuses it is a 503; POST will do, too."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException, Response
from fastapi.responses import StreamingResponse

from sources.tasks import Task, Tasks

router = APIRouter()


async def started(tasks: Tasks) -> AsyncIterator[Task]:
    try:
        async with tasks.start() as task:
            yield task
    except ConnectionRefusedError:
        raise HTTPException(503, "the worker is down") from None


async def progress(task: Task) -> AsyncIterator[str]:
    total = len(task.steps)
    for number, step in enumerate(task.steps, 1):
        await step.run()
        payload = {
            "step": number,
            "total_steps": total,
            "message": step.message,
            "progress_percent": 100 if number == total else min(99, -(-100 * number // total)),
            "timestamp": datetime.now(UTC).isoformat(),
        }
        yield f"id: {number}\ndata: {json.dumps(payload)}\n\n"


@router.api_route("/process/long-task", methods=["GET", "HEAD", "POST"])
async def long_task(
    task: Annotated[Task, Depends(started)],
    last_event_id: Annotated[str | None, Header()] = None,
) -> Response:
    if last_event_id == str(len(task.steps)):
        return Response(status_code=204)
    return StreamingResponse(
        progress(task), media_type="text/event-stream", headers={"Cache-Control": "no-cache"}
    )
