"""A Response subclass asks the model around the whole response and feeds an iterator class."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from sources.model import LanguageModel, Model

router = APIRouter()


class Tokens:
    def __init__(self, reply: AsyncIterator[bytes]) -> None:
        self.reply = reply
        self.sent = 0

    def __aiter__(self) -> Tokens:
        return self

    async def __anext__(self) -> bytes:
        token = await self.reply.__anext__()
        self.sent += 1
        return token


class ReplyResponse(StreamingResponse):
    media_type = "text/plain"

    def __init__(self, model: LanguageModel, prompt: str) -> None:
        super().__init__(
            (), headers={"x-accel-buffering": "no", "x-content-type-options": "nosniff"}
        )
        self.model, self.prompt = model, prompt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self.model.reply(self.prompt) as reply:
            self.body_iterator = Tokens(reply)
            await super().__call__(scope, receive, send)


@router.get("/ai/chat-stream")
async def chat_stream(model: Model, prompt: str = "Hello") -> ReplyResponse:
    return ReplyResponse(model, prompt)
