"""A task reads the whole reply into a queue without a bound, however slow the client is.
runs-ahead, caught by a-stalled-client-stops-the-model
"""

import asyncio
import codecs
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
    queue: asyncio.Queue[str | None] = asyncio.Queue()
    reader = asyncio.create_task(read(model, prompt, queue))
    yield event(type="start")
    try:
        while (text := await queue.get()) is not None:
            yield text
        await reader
    finally:
        reader.cancel()


async def read(model: LanguageModel, prompt: str, queue: asyncio.Queue[str | None]) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    number = 0
    try:
        async with model.reply(prompt) as tokens:
            async for token in tokens:
                if content := decoder.decode(token):
                    number += 1
                    queue.put_nowait(event(type="token", content=content, number=number))
        queue.put_nowait(event(type="complete", total=number, finish_reason="stop"))
    finally:
        queue.put_nowait(None)
