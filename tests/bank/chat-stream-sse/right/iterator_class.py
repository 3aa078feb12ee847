"""A class with __anext__ holds the state of the reply, and an exit stack closes it."""

from __future__ import annotations

import codecs
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from sources.model import Model

router = APIRouter()


class Events:
    """start, token, token, ..., complete."""

    def __init__(self, tokens: AsyncIterator[bytes]) -> None:
        self.tokens = tokens
        self.decoder = codecs.getincrementaldecoder("utf-8")()
        self.number = 0
        self.state = "start"

    def __aiter__(self) -> Events:
        return self

    async def __anext__(self) -> str:
        match self.state:
            case "start":
                self.state = "token"
                return self.event("start")
            case "token":
                return await self.token()
        raise StopAsyncIteration

    async def token(self) -> str:
        async for token in self.tokens:
            if content := self.decoder.decode(token):
                self.number += 1
                return self.event("token", content=content, number=self.number)
        self.state = "over"
        return self.event("complete", total=self.number, finish_reason="stop")

    @staticmethod
    def event(kind: str, **fields: object) -> str:
        return f"event: {kind}\ndata: {json.dumps(fields)}\n\n"


class ChatResponse(StreamingResponse):
    media_type = "text/event-stream"

    def __init__(self, model: Model, prompt: str) -> None:
        super().__init__((), headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"})
        self.reply = model.reply(prompt)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with AsyncExitStack() as stack:
            self.body_iterator = Events(await stack.enter_async_context(self.reply))
            await super().__call__(scope, receive, send)


@router.get("/ai/chat-stream-sse")
async def chat_stream_sse(model: Model, prompt: str = "Hello") -> ChatResponse:
    return ChatResponse(model, prompt)
