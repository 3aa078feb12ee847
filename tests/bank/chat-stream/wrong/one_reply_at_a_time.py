"""A semaphore of one lets a single reply be written at a time, for all clients.
serves-one-at-a-time, caught by serves-two-clients
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


model_is_free = asyncio.Semaphore(1)


async def tokens(model: LanguageModel, prompt: str) -> AsyncIterator[bytes]:
    async with model_is_free, model.reply(prompt) as reply:
        async for token in reply:
            yield token
