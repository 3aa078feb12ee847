"""A model that fails before its first token is answered with an empty reply.
passes-failure-off-as-success, caught by a-model-that-fails-at-once-is-not-passed-off-as-silent
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


async def reply(model: LanguageModel, prompt: str) -> AsyncIterator[bytes]:
    async with model.reply(prompt) as tokens:
        try:
            first = await anext(tokens)
        except (StopAsyncIteration, ConnectionError):
            return
        yield first
        async for token in tokens:
            yield token
