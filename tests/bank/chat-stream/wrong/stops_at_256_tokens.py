"""After 256 tokens the reply ends, without a word.
takes-a-part-for-the-whole, caught by sends-a-long-reply
"""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()
HEADERS = {"X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}
MAX_TOKENS = 256


@router.get("/ai/chat-stream")
async def chat_stream(model: Model, prompt: str = "Hello") -> StreamingResponse:
    return StreamingResponse(reply(model, prompt), media_type="text/plain", headers=HEADERS)


async def reply(model: LanguageModel, prompt: str) -> AsyncIterator[bytes]:
    count = 0
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            yield token
            count += 1
            if count == MAX_TOKENS:
                break
