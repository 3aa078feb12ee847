"""The charset is called utf8, which every browser takes for utf-8."""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()
HEADERS = {"X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}


@router.get("/ai/chat-stream")
async def chat_stream(model: Model, prompt: str = "Hello") -> StreamingResponse:
    return StreamingResponse(
        reply(model, prompt), media_type="text/plain; charset=utf8", headers=HEADERS
    )


async def reply(model: LanguageModel, prompt: str) -> AsyncIterator[bytes]:
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            yield token
