"""A native endpoint lets the model go on CancelledError, and one that is not waiting ends by GeneratorExit.
never-releases, caught by stops-the-model-when-a-stalled-client-leaves
"""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import Model

router = APIRouter()


class PlainText(StreamingResponse):
    media_type = "text/plain"


@router.get("/ai/chat-stream", response_class=PlainText)
async def chat_stream(model: Model, prompt: str = "Hello") -> AsyncIterator[bytes]:
    answer = model.reply(prompt)
    tokens = await answer.__aenter__()
    try:
        async for token in tokens:
            yield token
    except (asyncio.CancelledError, Exception):
        await answer.__aexit__(None, None, None)
        raise
    await answer.__aexit__(None, None, None)
