"""A reply that breaks off is asked for again, and its beginning is sent twice.
retries-what-costs-money, caught by a-failing-model-is-not-passed-off-as-complete
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
    for attempt in range(3):
        try:
            async with model.reply(prompt) as tokens:
                async for token in tokens:
                    yield token
            return
        except ConnectionError:
            if attempt == 2:
                raise
            await asyncio.sleep(2**attempt)
