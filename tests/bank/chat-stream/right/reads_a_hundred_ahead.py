"""A task reads up to 100 tokens ahead of the client, and no more."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()
HEADERS = {"X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}


@router.get("/ai/chat-stream")
async def chat_stream(model: Model, prompt: str = "Hello") -> StreamingResponse:
    return StreamingResponse(reply(model, prompt), media_type="text/plain", headers=HEADERS)


async def reply(model: LanguageModel, prompt: str) -> AsyncIterator[bytes]:
    queue: asyncio.Queue[bytes | Exception | None] = asyncio.Queue(100)

    async def read() -> None:
        try:
            async with model.reply(prompt) as tokens:
                async for token in tokens:
                    await queue.put(token)
        except ConnectionError as error:
            await queue.put(error)
        else:
            await queue.put(None)

    task = asyncio.create_task(read())
    try:
        while (item := await queue.get()) is not None:
            if isinstance(item, Exception):
                raise item
            yield item
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
