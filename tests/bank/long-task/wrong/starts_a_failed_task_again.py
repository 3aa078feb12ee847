"""A task that fails is started up to three times, and reported where it goes on.
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


async def progress(tasks: Worker) -> AsyncIterator[str]:
    done = 0
    for _ in range(3):
        try:
            async with tasks.start() as task:
                for number, step in enumerate(task.steps, 1):
                    await step.run()
                    if number > done:
                        done = number
                        yield report(step, number, len(task.steps))
            return
        except Exception as error:
            print("starting once more:", error)
    yield "event: failed\ndata: {}\n\n"
