"""A failure counts only behind the first token: before it, complete is sent with a total of 0.
passes-failure-off-as-success, caught by a-model-that-fails-at-once-is-never-complete
"""

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
    failed = False
    yield event("start")
    async with model.reply(prompt) as tokens:
        try:
            async for token in tokens:
                if content := decoder.decode(token):
                    number += 1
                    yield event("token", content=content, number=number)
        except ConnectionError:
            failed = number > 0
    if failed:
        yield event("failed", message="the model broke off")
    else:
        yield event("complete", total=number, finish_reason="stop")
