from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.tasks import Tasks, Worker

router = APIRouter()


@router.get("/process/long-task")
async def long_task(tasks: Tasks) -> StreamingResponse:
    return StreamingResponse(reports(tasks), media_type="text/event-stream")


async def reports(tasks: Worker) -> AsyncIterator[str]:
    async with tasks.start() as task:
        for number, step in enumerate(task.steps, 1):
            try:
                await step.run()
            except Exception as error:
                raise HTTPException(503, "the task failed") from error
            yield f"data: {json.dumps({'step': number})}\n\n"
