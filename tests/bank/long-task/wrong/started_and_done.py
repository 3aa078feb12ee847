"""Each step is reported twice: when it begins, with the share so far, and when it is done.
takes-a-part-for-the-whole, caught by sends-everything-once
"""

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


def event(step: Step, number: int, done: int, total: int) -> str:
    payload = {
        "step": number,
        "total_steps": total,
        "message": step.message,
        "status": "done" if done == number else "running",
        "progress_percent": int(done / total * 100),
        "timestamp": datetime.now(UTC).isoformat(),
    }
    return f"data: {json.dumps(payload)}\n\n"


async def progress(tasks: Worker) -> AsyncIterator[str]:
    async with tasks.start() as task:
        total = len(task.steps)
        for number, step in enumerate(task.steps, 1):
            yield event(step, number, number - 1, total)
            await step.run()
            yield event(step, number, number, total)
