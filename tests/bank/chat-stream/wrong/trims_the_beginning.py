"""The white space in front of the reply is cut off, because it looks untidy.
alters-white-space, caught by sends-the-reply
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


async def tokens(model: LanguageModel, prompt: str) -> AsyncIterator[bytes]:
    started = False
    async with model.reply(prompt) as reply:
        async for token in reply:
            if not started:
                token = token.lstrip()
                started = bool(token)
            if token:
                yield token
