"""Indented JSON in several data: lines, unescaped text, a retry time and comments."""

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
    text = json.dumps({"type": kind, **fields}, indent=2, ensure_ascii=False)
    data = "".join(f"data: {line}\n" for line in text.split("\n"))
    return f": {kind}\n{data}event: {kind}\n\n"


async def events(model: LanguageModel, prompt: str) -> AsyncIterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    number = 0
    yield "retry: 10000\n\n"
    yield event("start")
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            if content := decoder.decode(token):
                number += 1
                yield event("token", content=content, number=number)
                yield ": sent\n\n"
    yield event("complete", total=number, finish_reason="stop", usage={"completion_tokens": number})
