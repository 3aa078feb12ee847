"""A model that is down is answered with an apology, as if it had said that.
passes-failure-off-as-success, caught by a-model-that-is-down-is-never-complete
"""

from contextlib import AsyncExitStack
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
    yield event(type="start")
    async with AsyncExitStack() as stack:
        try:
            tokens = await stack.enter_async_context(model.reply(prompt))
        except ConnectionError:
            yield event(type="token", content="Sorry, try again later.", number=1)
            yield event(type="complete", total=1, finish_reason="stop")
            return
        async for token in tokens:
            if content := decoder.decode(token):
                number += 1
                yield event(type="token", content=content, number=number)
    yield event(type="complete", total=number, finish_reason="stop")
