"""The failing step is reported like the others, with a status that says so, and nothing follows."""

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
        total = len(task.steps)
        for number, step in enumerate(task.steps, 1):
            status, done = "done", number
            try:
                await step.run()
            except Exception:
                status, done = "failed", number - 1
            payload = {
                "step": number,
                "total_steps": total,
                "message": step.message,
                "status": status,
                "progress_percent": int(done / total * 100),
                "timestamp": datetime.now().astimezone().isoformat(),
            }
            yield f"id: {number}\ndata: {json.dumps(payload)}\n\n"
            if status == "failed":
                return
