"""Halves of characters become surrogates, which JSON passes on and no page puts together.
decodes-each-token, caught by sends-the-reply
"""

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
    number = 0
    yield event("start")
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            number += 1
            content = token.decode(errors="surrogateescape")
            yield event("token", content=content, number=number)
    yield event("complete", total=number, finish_reason="stop")
