"""An anyio task group around the response, with a heartbeat by move_on_after."""

import json
from collections.abc import AsyncIterator

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream
from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from sources.logs import LogEntry, Logs, LogTail

router = APIRouter()


class LogResponse(StreamingResponse):
    media_type = "text/event-stream"

    def __init__(self, logs: LogTail, after: str | None) -> None:
        self.logs, self.after = logs, after
        self.writer, self.reader = anyio.create_memory_object_stream[LogEntry](5)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(events(self.reader), headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with anyio.create_task_group() as tasks, self.reader:
            tasks.start_soon(pump, self.logs, self.after, self.writer)
            await super().__call__(scope, receive, send)
            tasks.cancel_scope.cancel()


async def pump(logs: LogTail, after: str | None, writer: MemoryObjectSendStream[LogEntry]) -> None:
    async with writer, logs.follow(after) as entries:
        async for entry in entries:
            await writer.send(entry)


async def events(reader: MemoryObjectReceiveStream[LogEntry]) -> AsyncIterator[str]:
    while True:
        entry = None
        try:
            with anyio.move_on_after(25):
                entry = await reader.receive()
        except anyio.EndOfStream:
            return
        if entry is None:
            yield ": nothing new\n\n"
        else:
            yield f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"


@router.get("/stream/live-logs")
async def live_logs(request: Request, logs: Logs) -> LogResponse:
    return LogResponse(logs, request.headers.get("last-event-id"))
