"""A Z is put behind local time, which says that it is UTC.
ambiguous-time, caught by tells-the-time
"""

import json
from collections.abc import AsyncIterator
from datetime import datetime

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
        "timestamp": datetime.now().isoformat() + "Z",
    }
    return f"id: {number}\ndata: {json.dumps(payload)}\n\n"


async def progress(tasks: Worker) -> AsyncIterator[str]:
    try:
        async with tasks.start() as task:
            total = len(task.steps)
            for number, step in enumerate(task.steps, 1):
                await step.run()
                yield report(step, number, total)
    except Exception:
        yield "event: failed\ndata: {}\n\n"
