"""The kind stands in event: only, and the JSON has no type."""

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
    return f"event: {kind}\ndata: {json.dumps(fields)}\n\n"


async def events(model: LanguageModel, prompt: str) -> AsyncIterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    total = 0
    yield event("start", prompt=prompt, model="local")
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            if content := decoder.decode(token):
                total += 1
                yield event("token", content=content, number=total)
    yield event("complete", total=total, finish_reason="stop")
