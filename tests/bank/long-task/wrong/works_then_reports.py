"""The work is done in the endpoint, and the stream tells of it afterwards.
collects-then-yields, caught by lockstep
"""

import json
from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.tasks import Tasks

router = APIRouter()


@router.get("/process/long-task")
async def long_task(tasks: Tasks) -> StreamingResponse:
    events = []
    async with tasks.start() as task:
        total = len(task.steps)
        for number, step in enumerate(task.steps, 1):
            await step.run()
            progress = {
                "step": number,
                "total_steps": total,
                "message": step.message,
                "progress_percent": int(number / total * 100),
                "timestamp": datetime.now(UTC).isoformat(),
            }
            events.append(f"data: {json.dumps(progress)}\n\n")
    return StreamingResponse(
        iter(events),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )
