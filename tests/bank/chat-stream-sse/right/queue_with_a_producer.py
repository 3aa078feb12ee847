"""A task reads the model into a bounded queue of events, failure and end included."""

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
    queue: asyncio.Queue[str | None] = asyncio.Queue(maxsize=16)
    producer = asyncio.create_task(produce(model, prompt, queue))
    try:
        while (text := await queue.get()) is not None:
            yield text
    finally:
        producer.cancel()
        await asyncio.gather(producer, return_exceptions=True)


async def produce(model: LanguageModel, prompt: str, queue: asyncio.Queue[str | None]) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    number = 0
    await queue.put(event("start"))
    try:
        async with model.reply(prompt) as tokens:
            async for token in tokens:
                if content := decoder.decode(token):
                    number += 1
                    await queue.put(event("token", content=content, number=number))
    except ConnectionError:
        await queue.put(event("failed", error="the model broke off"))
    else:
        await queue.put(event("complete", total=number, finish_reason="stop"))
    await queue.put(None)
