"""A native endpoint yields Pydantic models of three kinds, as unnamed events."""

import codecs
from collections.abc import AsyncIterator
from typing import Literal

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse
from pydantic import BaseModel

from sources.model import Model

router = APIRouter()


class Start(BaseModel):
    type: Literal["start"] = "start"
    prompt: str


class Token(BaseModel):
    type: Literal["token"] = "token"
    content: str
    number: int


class Complete(BaseModel):
    type: Literal["complete"] = "complete"
    total: int
    finish_reason: str = "stop"


@router.get("/ai/chat-stream-sse", response_class=EventSourceResponse)
async def chat_stream_sse(
    model: Model, prompt: str = "Hello"
) -> AsyncIterator[Start | Token | Complete]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    number = 0
    yield Start(prompt=prompt)
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            content = decoder.decode(token)
            if content:
                number += 1
                yield Token(content=content, number=number)
    yield Complete(total=number)
