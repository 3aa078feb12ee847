"""ServerSentEvent encodes its data, and was given JSON text: the client parses a string.
encodes-twice, caught by carries-json
"""

import codecs
import json
from collections.abc import AsyncIterable

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse, ServerSentEvent

from sources.model import Model

router = APIRouter()


@router.get("/ai/chat-stream-sse", response_class=EventSourceResponse)
async def chat_stream_sse(model: Model, prompt: str = "Hello") -> AsyncIterable[ServerSentEvent]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    number = 0
    yield ServerSentEvent(event="start", data=json.dumps({"prompt": prompt}))
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            if content := decoder.decode(token):
                number += 1
                data = json.dumps({"content": content, "number": number})
                yield ServerSentEvent(event="token", data=data)
    data = json.dumps({"total": number, "finish_reason": "stop"})
    yield ServerSentEvent(event="complete", data=data)
