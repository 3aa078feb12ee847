"""The model is let go behind the loop, which a client that leaves never lets it reach.
never-releases, caught by stops-the-model-when-the-client-leaves
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
    answer = model.reply(prompt)
    tokens = await answer.__aenter__()
    yield event(type="start")
    async for token in tokens:
        if content := decoder.decode(token):
            number += 1
            yield event(type="token", content=content, number=number)
    await answer.__aexit__(None, None, None)
    yield event(type="complete", total=number, finish_reason="stop")
