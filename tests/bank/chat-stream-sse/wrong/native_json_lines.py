"""A native endpoint without response_class streams JSON Lines, not server-sent events.
wrong-media-type, caught by starts
"""

import codecs
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter

from sources.model import Model

router = APIRouter()


@router.get("/ai/chat-stream-sse")
async def chat_stream_sse(model: Model, prompt: str = "Hello") -> AsyncIterator[dict[str, Any]]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    number = 0
    yield {"type": "start"}
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            if content := decoder.decode(token):
                number += 1
                yield {"type": "token", "content": content, "number": number}
    yield {"type": "complete", "total": number, "finish_reason": "stop"}
