"""A failure is written into the reply, which then ends as if it were complete.
passes-failure-off-as-success, caught by a-failing-model-is-not-passed-off-as-complete
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
    try:
        async with model.reply(prompt) as reply:
            async for token in reply:
                yield token
    except Exception as error:
        yield f"\n[error: {error}]".encode()
