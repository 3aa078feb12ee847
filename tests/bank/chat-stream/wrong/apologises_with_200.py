"""A model that is down is answered with an apology, as if it had said that.
passes-failure-off-as-success, caught by a-model-that-is-down-is-not-passed-off-as-silent
"""

from contextlib import AsyncExitStack
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
    async with AsyncExitStack() as stack:
        try:
            reply = await stack.enter_async_context(model.reply(prompt))
        except ConnectionError:
            yield b"Sorry, I cannot answer right now."
            return
        async for token in reply:
            yield token
