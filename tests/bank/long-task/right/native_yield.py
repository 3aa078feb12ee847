"""FastAPI's own server-sent events; a failure is an event, since a native stream ends properly."""

from collections.abc import AsyncIterable
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field

from sources.tasks import Tasks

router = APIRouter()


class Progress(BaseModel):
    step: int
    total_steps: int
    message: str
    progress_percent: float
    timestamp: datetime = Field(default_factory=lambda: datetime.now(UTC))


async def not_over(last_event_id: Annotated[str | None, Header()] = None) -> None:
    if last_event_id == "over":
        raise HTTPException(204)


@router.get(
    "/process/long-task", response_class=EventSourceResponse, dependencies=[Depends(not_over)]
)
async def long_task(tasks: Tasks) -> AsyncIterable[ServerSentEvent]:
    async with tasks.start() as task:
        total = len(task.steps)
        for number, step in enumerate(task.steps, 1):
            try:
                await step.run()
            except Exception as error:
                yield ServerSentEvent(event="failed", data={"error": str(error)}, id="over")
                return
            progress = Progress(
                step=number,
                total_steps=total,
                message=step.message,
                progress_percent=number / total * 100,
            )
            yield ServerSentEvent(data=progress, id="over" if number == total else None)
