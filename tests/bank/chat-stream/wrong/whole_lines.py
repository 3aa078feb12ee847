"""Text is held back until a line is complete, as in a log.
sends-in-batches, caught by lockstep
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
    line = b""
    async with model.reply(prompt) as reply:
        async for token in reply:
            line += token
            while b"\n" in line:
                complete, _, line = line.partition(b"\n")
                yield complete + b"\n"
    if line:
        yield line
