"""A model that says nothing for ten seconds is taken for one that has finished.
passes-failure-off-as-success, caught by a-silent-model-is-not-passed-off-as-complete
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
    return StreamingResponse(reply(model, prompt), media_type="text/plain", headers=HEADERS)


async def reply(model: LanguageModel, prompt: str) -> AsyncIterator[bytes]:
    async with model.reply(prompt) as tokens:
        while True:
            try:
                token = await asyncio.wait_for(anext(tokens), timeout=10)
            except (StopAsyncIteration, TimeoutError):
                break
            yield token
