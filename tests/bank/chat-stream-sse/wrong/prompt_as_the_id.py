"""The prompt is the id of each event, and its line breaks begin events of their own.
raw-newline-in-data, caught by no-prompt-forges-an-event
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


def event(prompt: str, **fields: object) -> str:
    return f"id: {prompt}\ndata: {json.dumps(fields)}\n\n"


async def events(model: LanguageModel, prompt: str) -> AsyncIterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    number = 0
    yield event(prompt, type="start")
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            if content := decoder.decode(token):
                number += 1
                yield event(prompt, type="token", content=content, number=number)
    yield event(prompt, type="complete", total=number, finish_reason="stop")
