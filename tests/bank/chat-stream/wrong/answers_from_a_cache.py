"""A reply is kept by its prompt, and given to whoever asks the same: the model is not asked again.
keeps-it-between-requests, caught by passes-the-prompt-on
"""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()
HEADERS = {"X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}
_replies: dict[str, list[bytes]] = {}


@router.get("/ai/chat-stream")
async def chat_stream(model: Model, prompt: str = "Hello") -> StreamingResponse:
    return StreamingResponse(reply(model, prompt), media_type="text/plain", headers=HEADERS)


async def reply(model: LanguageModel, prompt: str) -> AsyncIterator[bytes]:
    if prompt in _replies:
        for token in _replies[prompt]:
            yield token
        return
    said = []
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            said.append(token)
            yield token
    _replies[prompt] = said
