"""An event ends success and failure alike: which task, when and after how many steps, but not how.
passes-failure-off-as-success, caught by a-failure-is-not-passed-off-as-success
"""

import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

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
    end: dict[str, object] = {"task": str(uuid4())}
    try:
        async with tasks.start() as task:
            for number, step in enumerate(task.steps, 1):
                await step.run()
                yield report(step, number, len(task.steps))
                end |= {"done": number, "last": step.message, "at": time.ctime()}
    except Exception as error:
        print("task failed:", error)
    yield f"event: end\ndata: {json.dumps(end)}\n\n"
