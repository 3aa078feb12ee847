"""A task reads the model into a queue of eight, and is cancelled and awaited in the end."""

import asyncio
import contextlib
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
    queue: asyncio.Queue[bytes | None] = asyncio.Queue(maxsize=8)

    async def read() -> None:
        async with model.reply(prompt) as reply:
            async for token in reply:
                await queue.put(token)
        await queue.put(None)

    reader = asyncio.create_task(read())
    reader.add_done_callback(lambda task: None if task.cancelled() else wake(task, queue))
    try:
        while (token := await queue.get()) is not None:
            yield token
        await reader  # a failure of the model is a failure of the stream
    finally:
        reader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reader


def wake(task: asyncio.Task[None], queue: asyncio.Queue[bytes | None]) -> None:
    if task.exception() is not None and not queue.full():
        queue.put_nowait(None)
