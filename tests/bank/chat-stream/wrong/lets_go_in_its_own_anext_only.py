"""The iterator lets the model go when a read ends or is cancelled, and nowhere else.
never-releases, caught by stops-the-model-when-a-stalled-client-leaves
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()


class Tokens:
    """The tokens of one reply; the model is let go when it has ended or reading is cancelled."""

    def __init__(self, model: LanguageModel, prompt: str) -> None:
        self._answer = model.reply(prompt)
        self._tokens: AsyncIterator[bytes] | None = None

    def __aiter__(self) -> Tokens:
        return self

    async def __anext__(self) -> bytes:
        await asyncio.sleep(0)  # let other requests have their turn
        if self._tokens is None:
            self._tokens = await self._answer.__aenter__()
        try:
            return await anext(self._tokens)
        except BaseException as error:
            await self._answer.__aexit__(type(error), error, error.__traceback__)
            raise


@router.get("/ai/chat-stream")
async def chat_stream(model: Model, prompt: str = "Hello") -> StreamingResponse:
    return StreamingResponse(Tokens(model, prompt), media_type="text/plain")
