from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()


@router.get("/ai/chat-stream")
async def chat_stream(model: Model, prompt: str = "Hi") -> StreamingResponse:
    return StreamingResponse(tokens(model, prompt), media_type="text/plain")


async def tokens(model: LanguageModel, prompt: str) -> AsyncIterator[str]:
    async with model.reply(prompt) as reply:
        async for token in reply:
            yield token.decode()
