"""A prompt is cut after 500 characters, without a word.
alters-the-prompt, caught by passes-the-prompt-on
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


MAX_PROMPT = 500


async def tokens(model: LanguageModel, prompt: str) -> AsyncIterator[bytes]:
    async with model.reply(prompt[:MAX_PROMPT]) as reply:
        async for token in reply:
            yield token
