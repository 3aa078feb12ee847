"""After ten silent seconds a ping is sent, while the read of the next token goes on."""

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
    decoder = codecs.getincrementaldecoder("utf-8")()
    number = 0
    yield event("start")
    async with model.reply(prompt) as tokens:
        reading = asyncio.ensure_future(anext(tokens, None))
        try:
            while True:
                done, _ = await asyncio.wait({reading}, timeout=10)
                if not done:
                    yield event("ping")
                    continue
                token = reading.result()
                if token is None:
                    break
                reading = asyncio.ensure_future(anext(tokens, None))
                if content := decoder.decode(token):
                    number += 1
                    yield event("token", content=content, number=number)
        finally:
            reading.cancel()
    yield event("complete", total=number, finish_reason="stop")
