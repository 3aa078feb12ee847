"""A task of its own does the work and fills a queue, which knows how it ended."""

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
        "progress_percent": 100 if number == total else min(99, round(100 * number / total)),
        "timestamp": datetime.now(UTC).isoformat(),
    }
    return f"id: {number}\ndata: {json.dumps(payload)}\n\n"


async def work(tasks: Worker, queue: asyncio.Queue[str | None]) -> None:
    try:
        async with tasks.start() as task:
            for number, step in enumerate(task.steps, 1):
                await step.run()
                queue.put_nowait(report(step, number, len(task.steps)))
    finally:
        queue.put_nowait(None)


async def progress(tasks: Worker) -> AsyncIterator[str]:
    queue: asyncio.Queue[str | None] = asyncio.Queue()  # as long as the task, at most
    worker = asyncio.create_task(work(tasks, queue))
    try:
        while (event := await queue.get()) is not None:
            yield event
        await worker
    finally:
        worker.cancel()
