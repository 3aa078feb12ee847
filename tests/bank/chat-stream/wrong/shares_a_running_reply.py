"""Clients that ask the same share one running reply, and each gets a part of it.
shares-one-stream, caught by serves-two-clients
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


running: dict[str, asyncio.Queue[bytes | None]] = {}
tasks: set[asyncio.Task[None]] = set()


async def read(model: LanguageModel, prompt: str, queue: asyncio.Queue[bytes | None]) -> None:
    async with model.reply(prompt) as reply:
        async for token in reply:
            await queue.put(token)
    running.pop(prompt, None)
    await queue.put(None)


async def tokens(model: LanguageModel, prompt: str) -> AsyncIterator[bytes]:
    if prompt not in running:
        running[prompt] = asyncio.Queue(maxsize=16)
        task = asyncio.create_task(read(model, prompt, running[prompt]))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    queue = running[prompt]
    while (token := await queue.get()) is not None:
        yield token
