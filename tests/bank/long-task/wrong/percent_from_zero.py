"""Steps are counted from 0, so the first report says 0 percent and the last never 100.
progress-miscounted, caught by counts-what-is-done
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


async def progress(tasks: Worker) -> AsyncIterator[str]:
    async with tasks.start() as task:
        for index, step in enumerate(task.steps):
            await step.run()
            payload = {
                "step": index + 1,
                "total_steps": len(task.steps),
                "message": step.message,
                "progress_percent": int(index / len(task.steps) * 100),
                "timestamp": datetime.now(UTC).isoformat(),
            }
            yield f"data: {json.dumps(payload)}\n\n"
