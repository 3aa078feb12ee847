"""A native endpoint lets the failure travel, and FastAPI brings the body to a proper end.
passes-failure-off-as-success, caught by a-failure-is-not-passed-off-as-success
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse
from pydantic import BaseModel

from sources.tasks import Tasks

router = APIRouter()


class Progress(BaseModel):
    step: int
    total_steps: int
    message: str
    progress_percent: float
    timestamp: datetime


@router.get("/process/long-task", response_class=EventSourceResponse)
async def long_task(tasks: Tasks) -> AsyncIterator[Progress]:
    async with tasks.start() as task:
        total = len(task.steps)
        for number, step in enumerate(task.steps, 1):
            await step.run()
            yield Progress(
                step=number,
                total_steps=total,
                message=step.message,
                progress_percent=number / total * 100,
                timestamp=datetime.now(UTC),
            )
