"""A generator decodes, another one reads it and closes it."""

import codecs
from collections.abc import AsyncGenerator
from contextlib import aclosing
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()
HEADERS = {"X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}


@router.get("/ai/chat-stream")
async def chat_stream(model: Model, prompt: str = "Hello") -> StreamingResponse:
    return StreamingResponse(tokens(model, prompt), media_type="text/plain", headers=HEADERS)


async def decoded(model: LanguageModel, prompt: str) -> AsyncGenerator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    async with model.reply(prompt) as reply:
        async for token in reply:
            if text := decoder.decode(token):
                yield text
    if rest := decoder.decode(b"", final=True):
        yield rest


async def tokens(model: LanguageModel, prompt: str) -> AsyncIterator[bytes]:
    async with aclosing(decoded(model, prompt)) as texts:
        async for text in texts:
            yield text.encode("utf-8")
