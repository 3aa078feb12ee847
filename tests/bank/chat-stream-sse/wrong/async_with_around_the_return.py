"""The model is let go when the endpoint returns, before the reply is read.
releases-too-early, caught by marks-the-beginning-and-the-end
"""

import codecs
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import Model

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


def event(**fields: object) -> str:
    return f"data: {json.dumps(fields)}\n\n"


@router.get("/ai/chat-stream-sse")
async def chat_stream_sse(model: Model, prompt: str = "Hello") -> StreamingResponse:
    async with model.reply(prompt) as tokens:
        return StreamingResponse(
            events(tokens),
            media_type="text/event-stream",
            headers=HEADERS,
        )


async def events(tokens: AsyncIterator[bytes]) -> AsyncIterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    number = 0
    yield event(type="start")
    async for token in tokens:
        if content := decoder.decode(token):
            number += 1
            yield event(type="token", content=content, number=number)
    yield event(type="complete", total=number, finish_reason="stop")
