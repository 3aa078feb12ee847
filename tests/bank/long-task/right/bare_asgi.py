"""A Response that speaks ASGI itself and cancels the task when the client leaves."""

import json
from datetime import UTC, datetime

import anyio
from fastapi import APIRouter, Response
from starlette.types import Message, Receive, Scope, Send

from sources.tasks import Tasks, Worker

router = APIRouter()


def chunk(text: str, *, more: bool = True) -> Message:
    return {"type": "http.response.body", "body": text.encode(), "more_body": more}


class ProgressResponse(Response):
    def __init__(self, tasks: Worker) -> None:
        self.tasks = tasks
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-cache")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        async with anyio.create_task_group() as group:
            group.start_soon(self.watch, receive, group.cancel_scope)
            await self.run(send)
            group.cancel_scope.cancel()
        await send(chunk("", more=False))

    async def watch(self, receive: Receive, scope: anyio.CancelScope) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        scope.cancel()

    async def run(self, send: Send) -> None:
        async with self.tasks.start() as task:
            for done, step in enumerate(task.steps):
                await step.run()
                payload = {
                    "step": done + 1,
                    "total_steps": len(task.steps),
                    "message": step.message,
                    "progress_percent": 1000 * (done + 1) // len(task.steps) / 10,
                    "timestamp": datetime.now(UTC).isoformat(),
                }
                await send(chunk("".join(f"data: {line}\n" for line in lines(payload)) + "\n"))


def lines(payload: dict[str, object]) -> list[str]:
    return json.dumps(payload, indent=1).split("\n")


@router.get("/process/long-task")
async def long_task(tasks: Tasks) -> Response:
    return ProgressResponse(tasks)
