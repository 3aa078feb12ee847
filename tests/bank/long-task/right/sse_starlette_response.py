"""sse-starlette frames the events, and the last of them says [DONE]."""

import json
import math
from collections.abc import AsyncIterator
from datetime import datetime

from fastapi import APIRouter
from sse_starlette import EventSourceResponse

from sources.tasks import Tasks, Worker

router = APIRouter()


async def publish(tasks: Worker) -> AsyncIterator[dict[str, str]]:
    async with tasks.start() as task:
        total = len(task.steps)
        for number, step in enumerate(task.steps, 1):
            await step.run()
            payload = {
                "timestamp": datetime.now().isoformat(),
                "progress_percent": math.floor(number * 100 / total),
                "message": step.message,
                "step": number,
                "total_steps": total,
            }
            yield {"data": json.dumps(payload, ensure_ascii=False)}
    yield {"data": "[DONE]"}


@router.get("/process/long-task")
async def long_task(tasks: Tasks) -> EventSourceResponse:
    return EventSourceResponse(publish(tasks))
