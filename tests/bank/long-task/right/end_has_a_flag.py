"""One event ends success and failure alike, and a flag in it says which of them it was."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.tasks import Step, Tasks, Worker

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/process/long-task")
async def long_task(tasks: Tasks) -> StreamingResponse:
    return StreamingResponse(progress(tasks), media_type="text/event-stream", headers=HEADERS)


def report(step: Step, number: int, total: int) -> str:
    payload = {
        "step": number,
        "total_steps": total,
        "message": step.message,
        "progress_percent": 100 * number // total,
        "timestamp": datetime.now(UTC).isoformat(),
    }
    return f"id: {number}\ndata: {json.dumps(payload)}\n\n"


async def progress(tasks: Worker) -> AsyncIterator[str]:
    success = True
    try:
        async with tasks.start() as task:
            for number, step in enumerate(task.steps, 1):
                await step.run()
                yield report(step, number, len(task.steps))
    except Exception:
        success = False
    yield f"event: finished\ndata: {json.dumps({'success': success})}\n\n"
