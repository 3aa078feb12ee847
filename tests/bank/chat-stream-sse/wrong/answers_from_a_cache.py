"""A reply is kept by its prompt, and given to whoever asks the same: the model is not asked again.
keeps-it-between-requests, caught by passes-the-prompt-on
"""

import codecs
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
_replies: dict[str, list[str]] = {}


@router.get("/ai/chat-stream-sse")
async def chat_stream_sse(model: Model, prompt: str = "Hello") -> StreamingResponse:
    return StreamingResponse(events(model, prompt), media_type="text/event-stream", headers=HEADERS)


def event(kind: str, **fields: object) -> str:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **fields})}\n\n"


async def events(model: LanguageModel, prompt: str) -> AsyncIterator[str]:
    yield event("start")
    if prompt in _replies:
        for number, content in enumerate(_replies[prompt], 1):
            yield event("token", content=content, number=number)
        yield event("complete", total=len(_replies[prompt]), finish_reason="stop")
        return
    decoder = codecs.getincrementaldecoder("utf-8")()
    contents = []
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            if content := decoder.decode(token):
                contents.append(content)
                yield event("token", content=content, number=len(contents))
    _replies[prompt] = contents
    yield event("complete", total=len(contents), finish_reason="stop")
