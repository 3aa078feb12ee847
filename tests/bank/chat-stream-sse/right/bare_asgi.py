"""A Response that speaks ASGI itself, and watches for the client's leaving in a task group."""

import codecs
import json

import anyio
from fastapi import APIRouter, Response
from starlette.types import Receive, Scope, Send

from sources.model import LanguageModel, Model

router = APIRouter()


class ChatResponse(Response):
    def __init__(self, model: LanguageModel, prompt: str) -> None:
        self.model = model
        self.prompt = prompt
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self.watch, receive, tasks.cancel_scope)
            await self.write(send)
            tasks.cancel_scope.cancel()

    async def watch(self, receive: Receive, scope: anyio.CancelScope) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        scope.cancel()

    async def write(self, send: Send) -> None:
        headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        number = 0
        decoder = codecs.getincrementaldecoder("utf-8")()
        await self.event(send, type="start")
        async with self.model.reply(self.prompt) as tokens:
            async for token in tokens:
                if content := decoder.decode(token):
                    number += 1
                    await self.event(send, type="token", content=content, number=number)
        await self.event(send, type="complete", total=number, finish_reason="stop")
        await send({"type": "http.response.body", "body": b""})

    async def event(self, send: Send, **fields: object) -> None:
        body = f"data: {json.dumps(fields)}\n\n".encode()
        await send({"type": "http.response.body", "body": body, "more_body": True})


@router.get("/ai/chat-stream-sse")
async def chat_stream_sse(model: Model, prompt: str = "Hello") -> Response:
    return ChatResponse(model, prompt)
