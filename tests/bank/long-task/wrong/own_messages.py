"""The message is made up here, and that of the step is not sent.
takes-a-part-for-the-whole, caught by carries-json
"""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.tasks import Tasks, Worker

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/process/long-task")
async def long_task(tasks: Tasks) -> StreamingResponse:
    return StreamingResponse(progress(tasks), media_type="text/event-stream", headers=HEADERS)


def report(number: int, total: int) -> str:
    payload = {
        "step": number,
        "total_steps": total,
        "message": f"Processing step {number} of {total}...",
        "progress_percent": 100 * number // total,
        "timestamp": datetime.now(UTC).isoformat(),
    }
    return f"id: {number}\ndata: {json.dumps(payload)}\n\n"


async def progress(tasks: Worker) -> AsyncIterator[str]:
    async with tasks.start() as task:
        total = len(task.steps)
        for number, step in enumerate(task.steps, 1):
            await step.run()
            yield report(number, total)
