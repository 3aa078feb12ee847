"""The endpoint waits for the first token, so that a model that is down gets status 502."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import StreamingResponse

from sources.model import Model

router = APIRouter()


async def exit_stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


@router.get("/ai/chat-stream")
async def chat_stream(
    model: Model,
    stack: Annotated[AsyncExitStack, Depends(exit_stack)],
    prompt: str = "Hello",
) -> StreamingResponse:
    try:
        tokens = await stack.enter_async_context(model.reply(prompt))
        first = await anext(tokens, b"")
    except ConnectionError as error:
        raise HTTPException(502, "the model does not answer") from error

    async def body() -> AsyncIterator[bytes]:
        yield first
        async for token in tokens:
            yield token

    return StreamingResponse(
        body(),
        media_type="text/plain",
        headers={"X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"},
    )
