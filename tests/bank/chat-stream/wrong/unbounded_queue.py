"""A task reads the whole reply into a queue without a bound, however slow the client is.
runs-ahead, caught by a-stalled-client-stops-the-model
"""

import asyncio
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
    queue: asyncio.Queue[bytes | None] = asyncio.Queue()

    async def read() -> None:
        try:
            async with model.reply(prompt) as reply:
                async for token in reply:
                    queue.put_nowait(token)
        finally:
            queue.put_nowait(None)

    reader = asyncio.create_task(read())
    try:
        while (token := await queue.get()) is not None:
            yield token
        await reader
    finally:
        reader.cancel()
