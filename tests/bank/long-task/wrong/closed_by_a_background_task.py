"""The endpoint starts the task, and a background task ends it, which a failure skips.
acquires-outside-the-stream, caught by cancels-what-fails
"""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from fastapi import APIRouter, BackgroundTasks
from fastapi.responses import StreamingResponse

from sources.tasks import Task, Tasks

router = APIRouter()


async def progress(task: Task) -> AsyncIterator[str]:
    total = len(task.steps)
    for number, step in enumerate(task.steps, 1):
        await step.run()
        payload = {
            "step": number,
            "total_steps": total,
            "message": step.message,
            "progress_percent": 100 * number // total,
            "timestamp": datetime.now(UTC).isoformat(),
        }
        yield f"data: {json.dumps(payload)}\n\n"


@router.get("/process/long-task")
async def long_task(tasks: Tasks, background: BackgroundTasks) -> StreamingResponse:
    started = tasks.start()
    task = await started.__aenter__()
    background.add_task(started.__aexit__, None, None, None)
    return StreamingResponse(
        progress(task),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
        background=background,
    )
