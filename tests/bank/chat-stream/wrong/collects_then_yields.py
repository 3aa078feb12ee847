"""The reply is read to its end, and then sent in the same pieces.
collects-then-yields, caught by lockstep
"""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()
HEADERS = {"X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}


@router.get("/ai/chat-stream")
async def chat_stream(model: Model, prompt: str = "Hello") -> StreamingResponse:
    return StreamingResponse(tokens(model, prompt), media_type="text/plain", headers=HEADERS)


async def complete(model: LanguageModel, prompt: str) -> list[bytes]:
    async with model.reply(prompt) as reply:
        return [token async for token in reply]


async def tokens(model: LanguageModel, prompt: str) -> AsyncIterator[bytes]:
    for token in await complete(model, prompt):
        yield token
