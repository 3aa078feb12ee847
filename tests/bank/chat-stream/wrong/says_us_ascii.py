"""Content-Type says us-ascii, and the reply holds more than that.
missing-header, caught by names-no-other-charset
"""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()
HEADERS = {"X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}


@router.get("/ai/chat-stream")
async def chat_stream(model: Model, prompt: str = "Hello") -> StreamingResponse:
    return StreamingResponse(
        tokens(model, prompt), media_type="text/plain; charset=us-ascii", headers=HEADERS
    )


async def tokens(model: LanguageModel, prompt: str) -> AsyncIterator[bytes]:
    async with model.reply(prompt) as reply:
        async for token in reply:
            yield token
