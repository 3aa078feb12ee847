"""It leaves the task where a step is cancelled, which a step that is just done is not.
never-releases, caught by cancels-when-the-client-leaves-at-a-step
"""

import asyncio
import json
from datetime import UTC, datetime

from fastapi import APIRouter, Request, Response
from starlette.types import Receive, Scope, Send

from sources.tasks import Step, Tasks, Worker

router = APIRouter()

HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-cache"),
    (b"x-accel-buffering", b"no"),
]


def report(step: Step, number: int, total: int) -> bytes:
    payload = {
        "step": number,
        "total_steps": total,
        "message": step.message,
        "progress_percent": 100 * number // total,
        "timestamp": datetime.now(UTC).isoformat(),
    }
    return f"id: {number}\ndata: {json.dumps(payload)}\n\n".encode()


class ProgressStream(Response):
    def __init__(self, tasks: Worker) -> None:
        self.tasks = tasks
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        started = self.tasks.start()
        task = await started.__aenter__()
        try:
            for number, step in enumerate(task.steps, 1):
                if await request.is_disconnected():
                    break
                working = asyncio.ensure_future(step.run())
                while not working.done():
                    await asyncio.wait({working}, timeout=0.5)
                    if await request.is_disconnected():
                        working.cancel()
                        await working
                        return
                working.result()
                body = report(step, number, len(task.steps))
                await send({"type": "http.response.body", "body": body, "more_body": True})
        except (asyncio.CancelledError, Exception):
            await started.__aexit__(None, None, None)
            raise
        await started.__aexit__(None, None, None)
        await send({"type": "http.response.body", "body": b""})


@router.get("/process/long-task")
async def long_task(tasks: Tasks) -> Response:
    return ProgressStream(tasks)
