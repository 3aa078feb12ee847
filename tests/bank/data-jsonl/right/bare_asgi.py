"""A bare ASGI callable that sends each line itself, and ends when the client leaves."""

from __future__ import annotations

import asyncio
import json

from fastapi import APIRouter
from fastapi.responses import Response

from sources.archive import Archive, Data

router = APIRouter()


class Export(Response):
    def __init__(self, archive: Archive) -> None:
        super().__init__()
        self.archive = archive

    async def __call__(self, scope, receive, send) -> None:
        sending = asyncio.create_task(self.send_all(send))
        leaving = asyncio.create_task(self.until_gone(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
            sending.cancel()
            await asyncio.wait({sending, leaving})
        if not sending.cancelled():
            sending.result()

    async def until_gone(self, receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    async def send_all(self, send) -> None:
        headers = [
            (b"content-type", b"application/x-ndjson"),
            (b"content-disposition", b"attachment; filename=data.jsonl"),
        ]
        async with self.archive.scan() as records:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            async for record in records:
                body = json.dumps(record, default=str).encode() + b"\n"
                await send({"type": "http.response.body", "body": body, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> Response:
    return Export(archive)
