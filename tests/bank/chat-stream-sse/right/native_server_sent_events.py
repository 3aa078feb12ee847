"""FastAPI frames the events; the model is asked by a dependency with `yield`."""

import codecs
from collections.abc import AsyncIterable, AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi.sse import EventSourceResponse, ServerSentEvent

from sources.model import Model

router = APIRouter()


async def asked(model: Model, prompt: str = "Hello") -> AsyncIterator[AsyncIterator[bytes]]:
    reply = model.reply(prompt)
    try:
        tokens = await reply.__aenter__()
    except ConnectionError as error:
        raise HTTPException(503, str(error)) from error
    try:
        yield tokens
    finally:
        await reply.__aexit__(None, None, None)


@router.get("/ai/chat-stream-sse", response_class=EventSourceResponse)
async def chat_stream_sse(
    tokens: Annotated[AsyncIterator[bytes], Depends(asked)],
) -> AsyncIterable[ServerSentEvent]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    number = 0
    yield ServerSentEvent(event="start", data={"type": "start"})
    try:
        async for token in tokens:
            if content := decoder.decode(token):
                number += 1
                yield ServerSentEvent(
                    event="token", data={"type": "token", "content": content, "number": number}
                )
    except ConnectionError as error:
        yield ServerSentEvent(event="failed", data={"type": "error", "message": str(error)})
        return
    yield ServerSentEvent(
        event="complete", data={"type": "complete", "total": number, "finish_reason": "stop"}
    )
