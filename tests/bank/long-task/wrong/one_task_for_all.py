"""One task and one queue for the whole application, at which the clients take turns.
shares-one-stream, caught by serves-two-clients
"""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.tasks import Step, Tasks, Worker

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/process/long-task")
async def long_task(tasks: Tasks) -> StreamingResponse:
    return StreamingResponse(progress(tasks), media_type="text/event-stream", headers=HEADERS)


def report(step: Step, number: int, total: int) -> str:
    payload = {
        "step": number,
        "total_steps": total,
        "message": step.message,
        "progress_percent": 100 * number // total,
        "timestamp": datetime.now(UTC).isoformat(),
    }
    return f"id: {number}\ndata: {json.dumps(payload)}\n\n"


queue: asyncio.Queue[str | None] = asyncio.Queue()
current: set[asyncio.Task[None]] = set()


async def work(tasks: Worker) -> None:
    async with tasks.start() as task:
        for number, step in enumerate(task.steps, 1):
            await step.run()
            await queue.put(report(step, number, len(task.steps)))
    await queue.put(None)


async def progress(tasks: Worker) -> AsyncIterator[str]:
    if not current:
        running = asyncio.create_task(work(tasks))
        current.add(running)
        running.add_done_callback(current.discard)
    while (event := await queue.get()) is not None:
        yield event
