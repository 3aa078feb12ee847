"""When the client leaves, the rest of the reply is read for the history, and paid for.
ignores-the-client-leaving, caught by stops-the-model-when-the-client-leaves
"""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()
HEADERS = {"X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}


@router.get("/ai/chat-stream")
async def chat_stream(model: Model, prompt: str = "Hello") -> StreamingResponse:
    return StreamingResponse(tokens(model, prompt), media_type="text/plain", headers=HEADERS)


history: dict[str, bytes] = {}


async def tokens(model: LanguageModel, prompt: str) -> AsyncIterator[bytes]:
    queue: asyncio.Queue[bytes | None] = asyncio.Queue(maxsize=1000)

    async def read() -> None:
        said = bytearray()
        async with model.reply(prompt) as reply:
            async for token in reply:
                said += token
                await queue.put(token)
        history[prompt] = bytes(said)
        await queue.put(None)

    reader = asyncio.create_task(read())
    try:
        while (token := await queue.get()) is not None:
            yield token
    finally:
        await asyncio.shield(reader)
