"""The first token is read before start is sent, so that a model that is down gets status 502."""

import codecs
import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import StreamingResponse

from sources.model import Model

router = APIRouter()


async def reply(
    model: Model, prompt: str = "Hello"
) -> AsyncIterator[tuple[bytes, AsyncIterator[bytes]]]:
    answer = model.reply(prompt)
    try:
        tokens = await answer.__aenter__()
    except ConnectionError as error:
        raise HTTPException(502) from error
    try:
        yield await anext(tokens, b""), tokens
    finally:
        await answer.__aexit__(None, None, None)


@router.get("/ai/chat-stream-sse")
async def chat_stream_sse(
    begun: Annotated[tuple[bytes, AsyncIterator[bytes]], Depends(reply)],
) -> StreamingResponse:
    first, rest = begun

    async def contents() -> AsyncIterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8")()
        yield decoder.decode(first)
        async for token in rest:
            yield decoder.decode(token)

    async def events() -> AsyncIterator[str]:
        number = 0
        yield f"event: start\ndata: {json.dumps({'type': 'start'})}\n\n"
        async for content in contents():
            if content:
                number += 1
                data = {"type": "token", "content": content, "number": number}
                yield f"event: token\ndata: {json.dumps(data)}\n\n"
        data = {"type": "complete", "total": number, "finish_reason": "stop"}
        yield f"event: complete\ndata: {json.dumps(data)}\n\n"

    return StreamingResponse(
        events(),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
    )
