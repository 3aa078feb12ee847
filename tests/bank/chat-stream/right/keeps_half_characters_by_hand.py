"""What is not a whole character yet is kept back by hand, at the place that the error names."""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()
HEADERS = {"X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}


@router.get("/ai/chat-stream")
async def chat_stream(model: Model, prompt: str = "Hello") -> StreamingResponse:
    return StreamingResponse(tokens(model, prompt), media_type="text/plain", headers=HEADERS)


async def tokens(model: LanguageModel, prompt: str) -> AsyncIterator[str]:
    pending = b""
    async with model.reply(prompt) as reply:
        async for token in reply:
            pending += token
            try:
                text, pending = pending.decode("utf-8"), b""
            except UnicodeDecodeError as error:
                text, pending = pending[: error.start].decode("utf-8"), pending[error.start :]
            if text:
                yield text
