"""A Response that speaks ASGI itself, with a heart that beats whether or not there is silence."""

import json

import anyio
from fastapi import APIRouter, Response
from starlette.types import Message, Receive, Scope, Send

from sources.logs import Logs, LogTail

router = APIRouter()


def chunk(text: str, *, more: bool = True) -> Message:
    return {"type": "http.response.body", "body": text.encode(), "more_body": more}


class LogResponse(Response):
    def __init__(self, logs: LogTail) -> None:
        self.logs = logs
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        after = headers.get(b"last-event-id", b"").decode("utf-8", "replace") or None
        head = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-cache, no-transform"),
            (b"x-accel-buffering", b"no"),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send(chunk(": hello\n\n"))
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self.watch, receive, tasks.cancel_scope)
            tasks.start_soon(self.beat, send)
            await self.read(after, send)
            tasks.cancel_scope.cancel()
        await send(chunk("", more=False))

    async def watch(self, receive: Receive, scope: anyio.CancelScope) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        scope.cancel()

    async def beat(self, send: Send) -> None:
        while True:
            await anyio.sleep(15)
            await send(chunk(":\n\n"))

    async def read(self, after: str | None, send: Send) -> None:
        async with self.logs.follow(after) as entries:
            async for entry in entries:
                await send(chunk(f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"))


@router.get("/stream/live-logs")
async def live_logs(logs: Logs) -> Response:
    return LogResponse(logs)
