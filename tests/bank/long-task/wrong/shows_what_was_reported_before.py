"""Every report goes into one list, from which a page that is loaded anew is first told the past.
shares-one-stream, caught by serves-two-clients
"""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.tasks import Tasks, Worker

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
history: list[str] = []


@router.get("/process/long-task")
async def long_task(tasks: Tasks) -> StreamingResponse:
    return StreamingResponse(progress(tasks), media_type="text/event-stream", headers=HEADERS)


async def progress(tasks: Worker) -> AsyncIterator[str]:
    for event in list(history):
        yield event
    async with tasks.start() as task:
        total = len(task.steps)
        for number, step in enumerate(task.steps, 1):
            await step.run()
            report = {
                "step": number,
                "total_steps": total,
                "message": step.message,
                "progress_percent": 100 * number // total,
                "timestamp": datetime.now(UTC).isoformat(),
            }
            event = f"id: {number}\ndata: {json.dumps(report)}\n\n"
            history.append(event)
            yield event
