"""The conversation so far is kept at module level, and sent first to whoever asks next.
keeps-it-between-requests, caught by keeps-requests-apart
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


conversation: list[str] = []


async def events(model: LanguageModel, prompt: str) -> AsyncIterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    yield event(type="start")
    number = 0
    for content in list(conversation):  # so that a page that is loaded again shows all of it
        number += 1
        yield event(type="token", content=content, number=number)
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            if content := decoder.decode(token):
                conversation.append(content)
                number += 1
                yield event(type="token", content=content, number=number)
    yield event(type="complete", total=number, finish_reason="stop")
