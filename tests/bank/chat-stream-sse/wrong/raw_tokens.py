"""Tokens are sent as they are: their line breaks end the data line and forge events.
raw-newline-in-data, caught by carries-json
"""

import codecs
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/ai/chat-stream-sse")
async def chat_stream_sse(model: Model, prompt: str = "Hello") -> StreamingResponse:
    return StreamingResponse(events(model, prompt), media_type="text/event-stream", headers=HEADERS)


async def events(model: LanguageModel, prompt: str) -> AsyncIterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    number = 0
    yield "event: start\ndata: {}\n\n"
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            number += 1
            yield f"event: token\nid: {number}\ndata: {decoder.decode(token)}\n\n"
    yield f'event: complete\ndata: {{"total": {number}, "finish_reason": "stop"}}\n\n'
