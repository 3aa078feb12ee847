"""An anyio task group around the response, and a memory object stream without a buffer."""

import json
from datetime import UTC, datetime

import anyio
from anyio.streams.memory import MemoryObjectSendStream
from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from sources.tasks import Tasks, Worker

router = APIRouter()


class ProgressResponse(StreamingResponse):
    media_type = "text/event-stream"

    def __init__(self, tasks: Worker) -> None:
        self.tasks = tasks
        super().__init__([], headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        writer, reader = anyio.create_memory_object_stream[str]()
        self.body_iterator = reader
        async with anyio.create_task_group() as group, reader:
            group.start_soon(work, self.tasks, writer)
            await super().__call__(scope, receive, send)
            group.cancel_scope.cancel()


async def work(tasks: Worker, writer: MemoryObjectSendStream[str]) -> None:
    async with writer:
        try:
            await run(tasks, writer)
        except Exception as error:
            await writer.send(f"event: error\ndata: {json.dumps({'detail': repr(error)})}\n\n")


async def run(tasks: Worker, writer: MemoryObjectSendStream[str]) -> None:
    async with tasks.start() as task:
        total = len(task.steps)
        for number, step in enumerate(task.steps, 1):
            await step.run()
            payload = {
                "step": number,
                "total_steps": total,
                "message": step.message,
                "progress_percent": number * 100 // total,
                "timestamp": datetime.now(UTC).isoformat(),
            }
            await writer.send(f"id: {number}/{total}\ndata: {json.dumps(payload)}\n\n")


@router.get("/process/long-task")
async def long_task(tasks: Tasks) -> ProgressResponse:
    return ProgressResponse(tasks)
