"""What was sent is kept until the end of the reply, for the history of the conversation."""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()
HEADERS = {"X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}


@router.get("/ai/chat-stream")
async def chat_stream(model: Model, prompt: str = "Hello") -> StreamingResponse:
    return StreamingResponse(tokens(model, prompt), media_type="text/plain", headers=HEADERS)


history: dict[str, str] = {}


async def tokens(model: LanguageModel, prompt: str) -> AsyncIterator[bytes]:
    said = bytearray()
    async with model.reply(prompt) as reply:
        async for token in reply:
            said += token
            yield token
    history[prompt] = said.decode("utf-8")
    while len(history) > 10:
        history.pop(next(iter(history)))
