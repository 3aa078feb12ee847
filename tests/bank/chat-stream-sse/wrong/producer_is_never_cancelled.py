"""A task reads the model into a queue, and goes on when the client has left.
ignores-the-client-leaving, caught by stops-the-model-when-the-client-leaves
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
    decoder = codecs.getincrementaldecoder("utf-8")()
    queue: asyncio.Queue[str | None] = asyncio.Queue(maxsize=32)

    async def read() -> None:
        number = 0
        async with model.reply(prompt) as tokens:
            async for token in tokens:
                if content := decoder.decode(token):
                    number += 1
                    await queue.put(event(type="token", content=content, number=number))
        await queue.put(event(type="complete", total=number, finish_reason="stop"))
        await queue.put(None)

    reader = asyncio.create_task(read())
    yield event(type="start")
    while (text := await queue.get()) is not None:
        yield text
    await reader
