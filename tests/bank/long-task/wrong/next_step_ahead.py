"""The next step is begun while the report on this one is sent.
runs-steps-at-once, caught by runs-one-step-at-a-time
"""

import asyncio
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
    async with tasks.start() as task:
        total = len(task.steps)
        ahead = [asyncio.create_task(step.run()) for step in task.steps[:2]]
        try:
            for number, step in enumerate(task.steps, 1):
                await ahead.pop(0)
                if number + 1 < total:
                    ahead.append(asyncio.create_task(task.steps[number + 1].run()))
                yield report(step, number, total)
        finally:
            for step_run in ahead:
                step_run.cancel()
