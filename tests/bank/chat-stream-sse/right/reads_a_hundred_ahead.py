"""A task reads up to 100 tokens ahead of the client, and no more."""

import asyncio
import codecs
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/ai/chat-stream-sse")
async def chat_stream_sse(model: Model, prompt: str = "Hello") -> StreamingResponse:
    return StreamingResponse(events(model, prompt), media_type="text/event-stream", headers=HEADERS)


def event(kind: str, **fields: object) -> str:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n"


async def events(model: LanguageModel, prompt: str) -> AsyncIterator[str]:
    queue: asyncio.Queue[bytes | Exception | None] = asyncio.Queue(100)

    async def read() -> None:
        try:
            async with model.reply(prompt) as tokens:
                async for token in tokens:
                    await queue.put(token)
        except ConnectionError as error:
            await queue.put(error)
        else:
            await queue.put(None)

    task = asyncio.create_task(read())
    decoder = codecs.getincrementaldecoder("utf-8")()
    number = 0
    try:
        yield event("start")
        while (item := await queue.get()) is not None:
            if isinstance(item, Exception):
                yield event("failed", message="the model broke off")
                return
            if content := decoder.decode(item):
                number += 1
                yield event("token", content=content, number=number)
        yield event("complete", total=number, finish_reason="stop")
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
