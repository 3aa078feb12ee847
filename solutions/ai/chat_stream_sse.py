"""Chat stream as events: start, each token, and complete only if the model got to its end."""

from __future__ import annotations

import json
from codecs import getincrementaldecoder
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Annotated

from fastapi import APIRouter, Depends, Header, HTTPException
from fastapi.responses import StreamingResponse

from sources.model import Model

router = APIRouter()

HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


async def _reply(
    model: Model,
    prompt: str = "Hello",
    last_event_id: Annotated[str | None, Header()] = None,
) -> AsyncIterator[AsyncIterator[bytes]]:
    """The tokens of a reply. The model is let go after the response, however that ends."""
    if last_event_id:
        # EventSource comes back by itself when a stream is over. 204 tells it to stay away, and
        # no second reply is paid for.
        raise HTTPException(204)
    async with AsyncExitStack() as stack:
        try:
            # Before the response begins, so that its status can still say that this failed.
            tokens = await stack.enter_async_context(model.reply(prompt))
        except ConnectionError as error:
            raise HTTPException(503, "the model cannot be reached") from error
        yield tokens


@router.get("/ai/chat-stream-sse")
async def chat_stream_sse(
    tokens: Annotated[AsyncIterator[bytes], Depends(_reply)],
) -> StreamingResponse:
    return StreamingResponse(_events(tokens), media_type="text/event-stream", headers=HEADERS)


async def _events(tokens: AsyncIterator[bytes]) -> AsyncIterator[str]:
    number = 0
    decoder = getincrementaldecoder("utf-8")()
    yield _event("start", event_id=0)
    try:
        async for token in tokens:
            if content := decoder.decode(token):  # nothing as long as a character is not whole
                number += 1
                yield _event("token", event_id=number, content=content, number=number)
    except ConnectionError:
        # Not `event: error`, which a page could not tell from a failure of the connection.
        yield _event("failed", event_id=number + 1, message="the model broke off")
    else:
        yield _event("complete", event_id=number + 1, total=number, finish_reason="stop")


def _event(kind: str, *, event_id: int, **fields: object) -> str:
    # JSON escapes line breaks, so no text of the model can begin a line, or an event, of its own.
    return f"event: {kind}\nid: {event_id}\ndata: {json.dumps({'type': kind, **fields})}\n\n"


# FastAPI's own EventSourceResponse frames ServerSentEvent(event=..., id=..., data=...) for an
# endpoint that yields them, and adds both headers and a comment every 15 silent seconds. With the
# model in a dependency, as here, it is let go as promptly: prefer it. Only let no exception leave
# the generator there, since the body would end as if all were well.
