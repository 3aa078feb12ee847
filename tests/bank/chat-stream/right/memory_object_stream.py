"""An anyio task group in the generator, with a memory object stream of four."""

import anyio
from anyio.streams.memory import MemoryObjectSendStream
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()
HEADERS = {"X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}


@router.get("/ai/chat-stream")
async def chat_stream(model: Model, prompt: str = "Hello") -> StreamingResponse:
    return StreamingResponse(tokens(model, prompt), media_type="text/plain", headers=HEADERS)


async def tokens(model: LanguageModel, prompt: str) -> AsyncIterator[bytes]:
    writer, reader = anyio.create_memory_object_stream[bytes](4)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(pump, model, prompt, writer)
        async with reader:
            async for token in reader:
                yield token


async def pump(model: LanguageModel, prompt: str, writer: MemoryObjectSendStream[bytes]) -> None:
    async with writer, model.reply(prompt) as reply:
        async for token in reply:
            await writer.send(token)
