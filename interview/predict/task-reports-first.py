from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.tasks import Tasks, Worker

router = APIRouter()


@router.get("/process/long-task")
async def long_task(tasks: Tasks) -> StreamingResponse:
    return StreamingResponse(reports(tasks), media_type="text/event-stream")


async def reports(tasks: Worker) -> AsyncIterator[str]:
    async with tasks.start() as task:
        for number, step in enumerate(task.steps, 1):
            report = {"step": number, "of": len(task.steps), "done": True}
            yield f"data: {json.dumps(report)}\n\n"
            await step.run()
