"""The bar moves once a second, while the work goes on somewhere else.
reports-before-the-work, caught by reports-when-a-step-is-done
"""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.tasks import Step, Task, Tasks, Worker

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


async def work(task: Task) -> None:
    for step in task.steps:
        await step.run()


async def progress(tasks: Worker) -> AsyncIterator[str]:
    async with tasks.start() as task:
        working = asyncio.create_task(work(task))
        try:
            total = len(task.steps)
            for number, step in enumerate(task.steps, 1):
                await asyncio.wait([working], timeout=1)
                yield report(step, number, total)
            await working
        finally:
            working.cancel()
