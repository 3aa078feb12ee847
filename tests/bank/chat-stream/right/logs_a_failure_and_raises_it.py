"""A failure is logged and raised again, and cancellation passes."""

import asyncio
import logging
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()
logger = logging.getLogger(__name__)
HEADERS = {"X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}


@router.get("/ai/chat-stream")
async def chat_stream(model: Model, prompt: str = "Hello") -> StreamingResponse:
    return StreamingResponse(tokens(model, prompt), media_type="text/plain", headers=HEADERS)


async def tokens(model: LanguageModel, prompt: str) -> AsyncIterator[bytes]:
    sent = 0
    try:
        async with model.reply(prompt) as reply:
            async for token in reply:
                yield token
                sent += 1
    except ConnectionError:
        logger.exception("the model broke off after %d tokens", sent)
        raise
    except asyncio.CancelledError:
        logger.info("the client left after %d tokens", sent)
        raise
