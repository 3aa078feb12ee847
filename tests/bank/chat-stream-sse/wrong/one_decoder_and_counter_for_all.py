"""Number and decoder belong to the module, and two replies mix them up.
shares-one-stream, caught by serves-two-clients
"""

import asyncio
from contextlib import AsyncExitStack
import codecs
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()
turn = asyncio.Lock()
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/ai/chat-stream-sse")
async def chat_stream_sse(model: Model, prompt: str = "Hello") -> StreamingResponse:
    return StreamingResponse(events(model, prompt), media_type="text/event-stream", headers=HEADERS)


def event(**fields: object) -> str:
    return f"data: {json.dumps(fields)}\n\n"


class Conversation:
    """The reply that is being written."""

    def __init__(self) -> None:
        self.tokens: AsyncIterator[bytes] | None = None
        self.listeners = 0


conversation = Conversation()


async def events(model: LanguageModel, prompt: str) -> AsyncIterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    number = 0
    yield event(type="start")
    async with AsyncExitStack() as stack:
        if conversation.tokens is None:
            conversation.tokens = await stack.enter_async_context(model.reply(prompt))
            stack.callback(setattr, conversation, "tokens", None)
        while conversation.tokens is not None:
            async with turn:
                token = await anext(conversation.tokens, None)
            if token is None:
                break
            if content := decoder.decode(token):
                number += 1
                yield event(type="token", content=content, number=number)
    yield event(type="complete", total=number, finish_reason="stop")
