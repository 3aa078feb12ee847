"""A bare ASGI callable that sends a finished body in two messages."""

from __future__ import annotations

import json

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.types import Receive, Scope, Send

from sources.records import Records, RecordStore

router = APIRouter()


class DocumentResponse(Response):
    def __init__(self, store: RecordStore) -> None:
        self.store = store
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self.store.read() as records:
            items = [record async for record in records]
        body = json.dumps({"records": items}).encode()
        headers = [
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        half = len(body) // 2
        await send({"type": "http.response.body", "body": body[:half], "more_body": True})
        await send({"type": "http.response.body", "body": body[half:]})


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> Response:
    return DocumentResponse(store)
