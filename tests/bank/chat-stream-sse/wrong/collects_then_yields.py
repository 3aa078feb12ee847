"""The reply is read to its end, and then sent token by token.
collects-then-yields, caught by lockstep
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
    async with model.reply(prompt) as reply:
        tokens = [token async for token in reply]
    decoder = codecs.getincrementaldecoder("utf-8")()
    contents = [content for token in tokens if (content := decoder.decode(token))]
    yield event(type="start")
    for number, content in enumerate(contents, 1):
        yield event(type="token", content=content, number=number)
    yield event(type="complete", total=len(contents), finish_reason="stop")
