"""An anyio task group in the generator, with a memory object stream without a buffer."""

import anyio
from anyio.streams.memory import MemoryObjectSendStream
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
    writer, reader = anyio.create_memory_object_stream[str](0)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(produce, model, prompt, writer)
        async with reader:
            async for text in reader:
                yield text


async def produce(model: LanguageModel, prompt: str, writer: MemoryObjectSendStream[str]) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    number = 0
    async with writer, model.reply(prompt) as tokens:
        await writer.send(event(type="start"))
        async for token in tokens:
            if content := decoder.decode(token):
                number += 1
                await writer.send(event(type="token", content=content, number=number))
        await writer.send(event(type="complete", total=number, finish_reason="stop"))
