"""A task reads the model into a queue, and goes on when the client has left.
ignores-the-client-leaving, caught by stops-the-model-when-the-client-leaves
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


background: set[asyncio.Task[None]] = set()


async def tokens(model: LanguageModel, prompt: str) -> AsyncIterator[bytes]:
    queue: asyncio.Queue[bytes | None] = asyncio.Queue(maxsize=32)

    async def read() -> None:
        async with model.reply(prompt) as reply:
            async for token in reply:
                await queue.put(token)
        await queue.put(None)

    task = asyncio.create_task(read())
    background.add(task)
    task.add_done_callback(background.discard)
    while (token := await queue.get()) is not None:
        yield token
