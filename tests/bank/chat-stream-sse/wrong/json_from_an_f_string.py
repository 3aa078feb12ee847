"""The JSON is an f-string, and a quote or a line break in a token ends it.
hand-made-json, caught by carries-json
"""

import codecs
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/ai/chat-stream-sse")
async def chat_stream_sse(model: Model, prompt: str = "Hello") -> StreamingResponse:
    return StreamingResponse(events(model, prompt), media_type="text/event-stream", headers=HEADERS)


async def events(model: LanguageModel, prompt: str) -> AsyncIterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    number = 0
    yield 'data: {"type": "start"}\n\n'
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            if content := decoder.decode(token):
                number += 1
                content = content.replace("\r", "\\r").replace("\n", "\\n")
                yield f'data: {{"type": "token", "content": "{content}", "number": {number}}}\n\n'
    yield f'data: {{"type": "complete", "total": {number}, "finish_reason": "stop"}}\n\n'
