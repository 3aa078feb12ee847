"""The model is asked by a dependency with `yield`, which answers 503 if it is down."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import StreamingResponse

from sources.model import Model

router = APIRouter()


async def asked(model: Model, prompt: str = "Hello") -> AsyncIterator[AsyncIterator[bytes]]:
    reply = model.reply(prompt)
    try:
        tokens = await reply.__aenter__()
    except ConnectionError as error:
        raise HTTPException(503, "try again later") from error
    try:
        yield tokens
    finally:
        await reply.__aexit__(None, None, None)


@router.get("/ai/chat-stream")
async def chat_stream(tokens: Annotated[AsyncIterator[bytes], Depends(asked)]) -> StreamingResponse:
    return StreamingResponse(
        tokens,
        media_type="text/plain; charset=utf-8",
        headers={"X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"},
    )
