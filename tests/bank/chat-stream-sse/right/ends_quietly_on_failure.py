"""A failure ends the stream without complete, and without a word."""

import logging
import codecs
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()
logger = logging.getLogger(__name__)
HEADERS = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}


@router.get("/ai/chat-stream-sse")
async def chat_stream_sse(model: Model, prompt: str = "Hello") -> StreamingResponse:
    return StreamingResponse(events(model, prompt), media_type="text/event-stream", headers=HEADERS)


def event(**fields: object) -> str:
    return f"data: {json.dumps(fields)}\n\n"


async def events(model: LanguageModel, prompt: str) -> AsyncIterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    number = 0
    yield event(type="start")
    async with model.reply(prompt) as tokens:
        try:
            async for token in tokens:
                if content := decoder.decode(token):
                    number += 1
                    yield event(type="token", content=content, number=number)
        except ConnectionError:
            logger.exception("the model broke off")
            return
    yield event(type="complete", total=number, finish_reason="stop")
