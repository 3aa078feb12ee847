"""The model is let go behind the loop, which a client that leaves never lets it reach.
never-releases, caught by stops-the-model-when-the-client-leaves
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
    answer = model.reply(prompt)
    reply = await answer.__aenter__()
    async for token in reply:
        yield token
    await answer.__aexit__(None, None, None)
