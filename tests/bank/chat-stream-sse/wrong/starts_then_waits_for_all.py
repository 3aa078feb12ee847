"""start goes out at once, and the tokens wait until their total is known.
buffers-after-the-head, caught by lockstep
"""

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/ai/chat-stream-sse")
async def chat_stream_sse(model: Model, prompt: str = "Hello") -> StreamingResponse:
    return StreamingResponse(events(model, prompt), media_type="text/event-stream", headers=HEADERS)


def event(**fields: object) -> str:
    return f"data: {json.dumps(fields)}\n\n"


async def events(model: LanguageModel, prompt: str) -> AsyncIterator[str]:
    yield event(type="start")
    reply = b""
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            reply += token
    words = reply.decode("utf-8").split(" ")
    contents = [words[0], *(f" {word}" for word in words[1:])]
    for number, content in enumerate(contents, 1):
        yield event(type="token", content=content, number=number)
    yield event(type="complete", total=len(contents), finish_reason="stop")
