"""Behind its yield the dependency wants to log the tokens of a stream that has no length."""

import codecs
import logging
from collections.abc import AsyncIterable, AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse, ServerSentEvent

from sources.model import Model

router = APIRouter()
logger = logging.getLogger(__name__)


async def asked(model: Model, prompt: str = "Hello") -> AsyncIterator[AsyncIterator[bytes]]:
    async with model.reply(prompt) as tokens:
        yield tokens
    logger.info("%d tokens for %r", len(tokens), prompt)


Tokens = Annotated[AsyncIterator[bytes], Depends(asked)]


@router.get("/ai/chat-stream-sse", response_class=EventSourceResponse)
async def chat_stream_sse(tokens: Tokens) -> AsyncIterable[ServerSentEvent]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    number = 0
    yield message("start")
    try:
        async for token in tokens:
            if content := decoder.decode(token):
                number += 1
                yield message("token", content=content, number=number)
    except ConnectionError as error:
        yield message("failed", message=str(error))
    else:
        yield message("complete", total=number, finish_reason="stop")


def message(kind: str, **fields: object) -> ServerSentEvent:
    return ServerSentEvent(event=kind, data={"type": kind, **fields})
