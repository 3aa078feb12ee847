"""The conversation so far is kept at module level, and sent first to whoever asks next.
keeps-it-between-requests, caught by keeps-requests-apart
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


conversation: list[bytes] = []


async def tokens(model: LanguageModel, prompt: str) -> AsyncIterator[bytes]:
    for token in list(conversation):  # so that a page that is loaded again shows all of it
        yield token
    async with model.reply(prompt) as reply:
        async for token in reply:
            conversation.append(token)
            yield token
