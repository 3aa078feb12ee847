"""The endpoint awaits the first report before it answers, and the clock is read when the task begins."""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.tasks import Tasks, Worker

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


async def progress(tasks: Worker) -> AsyncGenerator[str]:
    began = datetime.now(UTC).isoformat()
    async with tasks.start() as task:
        total = len(task.steps)
        for number, step in enumerate(task.steps, 1):
            await step.run()
            payload = {
                "step": number,
                "total_steps": total,
                "message": step.message,
                "progress_percent": 100 * number / total,
                "timestamp": began,
            }
            yield f"id: {number}\ndata: {json.dumps(payload)}\n\n"


class Begun(StreamingResponse):
    """A stream of which the first event has been waited for."""

    def __init__(self, first: str, events: AsyncGenerator[str]) -> None:
        super().__init__(
            self.everything(first, events), media_type="text/event-stream", headers=HEADERS
        )

    async def everything(self, first: str, events: AsyncGenerator[str]) -> AsyncIterator[str]:
        async with aclosing(events):
            yield first
            async for event in events:
                yield event


@router.get("/process/long-task")
async def long_task(tasks: Tasks) -> StreamingResponse:
    events = progress(tasks)
    return Begun(await anext(events), events)
