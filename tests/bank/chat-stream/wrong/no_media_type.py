"""A native endpoint of the class StreamingResponse has no Content-Type.
wrong-media-type, caught by starts
"""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import Model

router = APIRouter()


@router.get("/ai/chat-stream", response_class=StreamingResponse)
async def chat_stream(model: Model, prompt: str = "Hello") -> AsyncIterator[bytes]:
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            yield token
