"""sse-starlette frames the events, with CRLF line ends and pings of its own."""

import codecs
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from sse_starlette import EventSourceResponse

from sources.model import LanguageModel, Model

router = APIRouter()


async def publish(model: LanguageModel, prompt: str) -> AsyncIterator[dict[str, str]]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    number = 0
    yield {"event": "start", "data": json.dumps({"prompt": prompt})}
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            content = decoder.decode(token)
            if content:
                number += 1
                yield {
                    "event": "token",
                    "id": str(number),
                    "data": json.dumps({"content": content, "number": number}),
                }
    yield {"event": "complete", "data": json.dumps({"total": number, "finish_reason": "stop"})}


@router.get("/ai/chat-stream-sse")
async def chat_stream_sse(model: Model, prompt: str = "Hello") -> EventSourceResponse:
    return EventSourceResponse(publish(model, prompt))
