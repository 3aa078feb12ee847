"""The loop also asks whether the client is still there, which is needless but does no harm."""

import logging
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()
logger = logging.getLogger(__name__)


async def stream_reply(request: Request, model: LanguageModel, prompt: str) -> AsyncIterator[bytes]:
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            if await request.is_disconnected():
                logger.info("the client has left")
                break
            yield token


@router.get("/ai/chat-stream")
async def chat_stream(request: Request, model: Model, prompt: str = "Hello") -> StreamingResponse:
    return StreamingResponse(
        stream_reply(request, model, prompt),
        media_type="text/plain; charset=UTF-8",
        headers={"X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"},
    )
