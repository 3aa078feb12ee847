"""It leaves the log where the pending read is cancelled, which an entry that has just come is not.
never-releases, caught by ends-when-the-client-leaves-at-an-entry
"""

import asyncio
import json

from fastapi import APIRouter, Request, Response
from starlette.types import Message, Receive, Scope, Send

from sources.logs import Logs, LogTail

router = APIRouter()

HEADERS = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-cache"),
    (b"x-accel-buffering", b"no"),
]


def chunk(text: str) -> Message:
    return {"type": "http.response.body", "body": text.encode(), "more_body": True}


class LogStream(Response):
    def __init__(self, logs: LogTail) -> None:
        self.logs = logs
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        following = self.logs.follow()
        entries = await following.__aenter__()
        silent = 0
        try:
            while not await request.is_disconnected():
                reading = asyncio.ensure_future(anext(entries, None))
                while not reading.done():
                    await asyncio.wait({reading}, timeout=0.5)
                    silent += 1
                    if silent % 30 == 0:
                        await send(chunk(": heartbeat\n\n"))
                    if await request.is_disconnected():
                        reading.cancel()
                        await reading
                        return
                entry, silent = reading.result(), 0
                if entry is None:
                    break
                await send(chunk(f"id: {entry['request_id']}\ndata: {json.dumps(entry)}\n\n"))
        except (asyncio.CancelledError, Exception):
            await following.__aexit__(None, None, None)
            raise
        await following.__aexit__(None, None, None)
        await send({"type": "http.response.body", "body": b""})


@router.get("/stream/live-logs")
async def live_logs(logs: Logs) -> Response:
    return LogStream(logs)
