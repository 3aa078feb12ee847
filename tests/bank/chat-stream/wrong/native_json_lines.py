"""A native endpoint without a response class sends JSON Lines.
wrong-media-type, caught by starts
"""

import codecs
from collections.abc import AsyncIterator

from fastapi import APIRouter

from sources.model import Model

router = APIRouter()


@router.get("/ai/chat-stream")
async def chat_stream(model: Model, prompt: str = "Hello") -> AsyncIterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            yield decoder.decode(token)
