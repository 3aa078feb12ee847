"""Tokens are held back until there are 64 bytes of them.
sends-in-batches, caught by lockstep
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


BUFFER = 64


async def tokens(model: LanguageModel, prompt: str) -> AsyncIterator[bytes]:
    buffer = bytearray()
    async with model.reply(prompt) as reply:
        async for token in reply:
            buffer += token
            if len(buffer) >= BUFFER:
                yield bytes(buffer)
                buffer.clear()
    if buffer:
        yield bytes(buffer)
