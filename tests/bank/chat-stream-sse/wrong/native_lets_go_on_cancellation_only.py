"""A native endpoint lets the model go on CancelledError, and a stalled one ends by GeneratorExit.
never-releases, caught by stops-the-model-when-a-stalled-client-leaves
"""

import asyncio
import codecs
from collections.abc import AsyncIterable

from fastapi import APIRouter
from fastapi.sse import EventSourceResponse, ServerSentEvent

from sources.model import Model

router = APIRouter()


@router.get("/ai/chat-stream-sse", response_class=EventSourceResponse)
async def chat_stream_sse(model: Model, prompt: str = "Hello") -> AsyncIterable[ServerSentEvent]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    number = 0
    answer = model.reply(prompt)
    tokens = await answer.__aenter__()
    yield ServerSentEvent(event="start", data={})
    try:
        async for token in tokens:
            if content := decoder.decode(token):
                number += 1
                yield ServerSentEvent(event="token", data={"content": content, "number": number})
    except asyncio.CancelledError:  # the client has gone
        await answer.__aexit__(None, None, None)
        raise
    except Exception as failure:
        await answer.__aexit__(type(failure), failure, failure.__traceback__)
        raise
    await answer.__aexit__(None, None, None)
    yield ServerSentEvent(event="complete", data={"total": number, "finish_reason": "stop"})
