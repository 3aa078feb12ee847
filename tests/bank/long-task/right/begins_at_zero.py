"""A first event says that nothing is done yet, and a named one that all is."""

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


def event(number: int, total: int, message: str) -> str:
    payload = {
        "step": number,
        "total_steps": total,
        "message": message,
        "progress_percent": number / total * 100,
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    return f"data:{json.dumps(payload)}\r\n\r\n"


async def progress(tasks: Worker) -> AsyncIterator[str]:
    async with tasks.start() as task:
        total = len(task.steps)
        yield event(0, total, "Starting")
        for number, step in enumerate(task.steps, 1):
            await step.run()
            yield event(number, total, step.message)
    yield f"event: complete\r\ndata: {json.dumps({'progress_percent': 100})}\r\n\r\n"
