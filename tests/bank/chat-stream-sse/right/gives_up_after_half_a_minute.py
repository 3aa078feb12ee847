"""A model that says nothing for half a minute has failed, and the page is told so."""

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
    try:
        async with model.reply(prompt) as tokens:
            while True:
                token = await asyncio.wait_for(anext(tokens, None), timeout=30)
                if token is None:
                    break
                if content := decoder.decode(token):
                    number += 1
                    yield event("token", content=content, number=number)
    except (ConnectionError, TimeoutError):
        yield event("failed", message="the model does not answer")
    else:
        yield event("complete", total=number, finish_reason="stop")
