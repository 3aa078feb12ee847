"""The start event is an f-string, and a quote in the prompt ends its JSON.
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


def event(**fields: object) -> str:
    return f"data: {json.dumps(fields)}\n\n"


async def events(model: LanguageModel, prompt: str) -> AsyncIterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    number = 0
    yield f'data: {{"type": "start", "prompt": "{prompt}"}}\n\n'
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            content = decoder.decode(token)
            if content:
                number += 1
                yield event(type="token", content=content, number=number)
    yield event(type="complete", total=number, finish_reason="stop")
