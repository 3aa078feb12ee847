"""A model that cannot be asked is asked again, for as long as nothing has been sent."""

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
    for attempt in range(3):
        begun = False
        try:
            async with model.reply(prompt) as tokens:
                async for token in tokens:
                    begun = True
                    yield token
            return
        except ConnectionError:
            if begun or attempt == 2:
                raise
            await asyncio.sleep(2**attempt)
