"""A step that fails is run up to three times, though its task has failed by then.
retries-what-costs-money, caught by runs-nothing-again
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


def report(step: Step, number: int, total: int) -> str:
    payload = {
        "step": number,
        "total_steps": total,
        "message": step.message,
        "progress_percent": 100 * number // total,
        "timestamp": datetime.now(UTC).isoformat(),
    }
    return f"id: {number}\ndata: {json.dumps(payload)}\n\n"


async def attempt(step: Step) -> None:
    for _ in range(2):
        try:
            return await step.run()
        except Exception as error:
            print("trying once more:", error)
    await step.run()


async def progress(tasks: Worker) -> AsyncIterator[str]:
    try:
        async with tasks.start() as task:
            total = len(task.steps)
            for number, step in enumerate(task.steps, 1):
                await attempt(step)
                yield report(step, number, total)
    except Exception:
        yield "event: failed\ndata: {}\n\n"
