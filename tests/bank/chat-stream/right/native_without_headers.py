"""A native endpoint yields text from an incremental decoder, and sets no header."""

import codecs

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import Model

router = APIRouter()


class TextStream(StreamingResponse):
    media_type = "text/plain; charset=utf-8"


@router.get("/ai/chat-stream", response_class=TextStream)
async def chat_stream(model: Model, prompt: str = ""):
    decode = codecs.getincrementaldecoder("utf8")().decode
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            yield decode(token)
