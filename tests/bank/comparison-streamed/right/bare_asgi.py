"""A bare ASGI callable that sends the messages itself and listens for the client's leaving."""

from __future__ import annotations

import json

import anyio
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
        async with anyio.create_task_group() as group:
            group.start_soon(self.listen, receive, group.cancel_scope)
            await self.send_document(send)
            group.cancel_scope.cancel()

    async def listen(self, receive: Receive, scope: anyio.CancelScope) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        scope.cancel()

    async def send_document(self, send: Send) -> None:
        async def chunk(text: str, *, more: bool = True) -> None:
            message = {"type": "http.response.body", "body": text.encode(), "more_body": more}
            await send(message)

        headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-cache")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        separator = '{"records":['
        async with self.store.read() as records:
            async for record in records:
                await chunk(separator + json.dumps(record))
                separator = ","
        await chunk("]}" if separator == "," else separator + "]}", more=False)


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> Response:
    return DocumentResponse(store)
