"""Tokens are decoded as Windows-1252, and what has no character there is ignored.
bytes-taken-for-text, caught by sends-the-reply
"""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()
HEADERS = {"X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}


@router.get("/ai/chat-stream")
async def chat_stream(model: Model, prompt: str = "Hello") -> StreamingResponse:
    return StreamingResponse(reply(model, prompt), media_type="text/plain", headers=HEADERS)


async def reply(model: LanguageModel, prompt: str) -> AsyncIterator[str]:
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            yield token.decode("cp1252", errors="ignore")
