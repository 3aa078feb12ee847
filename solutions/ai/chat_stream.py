"""Chat stream: the bytes of each token as they come, and the model is stopped with the stream."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()

HEADERS = {
    "X-Accel-Buffering": "no",  # nginx and its relatives pass each token on at once
    "X-Content-Type-Options": "nosniff",  # a model may write HTML, and this is text
}


@router.get("/ai/chat-stream")
async def chat_stream(model: Model, prompt: str = "Hello") -> StreamingResponse:
    # Starlette adds charset=utf-8 to a text type.
    return StreamingResponse(_tokens(model, prompt), media_type="text/plain", headers=HEADERS)


async def _tokens(model: LanguageModel, prompt: str) -> AsyncIterator[bytes]:
    # Asked in here: when the client leaves, this generator is cancelled at its await, and the
    # block stops the model.
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            # Never decoded, so a character that is split between two tokens needs no care.
            yield token


# FastAPI sends what an endpoint yields as it is, if the response class says so:
#
#     class PlainText(StreamingResponse):
#         media_type = "text/plain"
#
#     @router.get("/ai/chat-stream", response_class=PlainText)
#     async def chat_stream(model: Model, prompt: str = "Hello") -> AsyncIterator[bytes]: ...
#
# That is shorter by a function. Its price: headers have to be set in a dependency, and when a
# client that had stopped reading leaves, the generator is closed by garbage collection only. Until
# then the model is at work, and paid for.
