"""Lines end in CRLF, without a space behind the colon, and the charset is left out."""

import codecs
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import LanguageModel, Model

router = APIRouter()


@router.get("/ai/chat-stream-sse")
async def chat_stream_sse(model: Model, prompt: str = "Hi") -> StreamingResponse:
    response = StreamingResponse(events(model, prompt))
    response.headers["Content-Type"] = "text/event-stream"
    response.headers["Cache-Control"] = "no-store, no-transform"
    return response


async def events(model: LanguageModel, prompt: str) -> AsyncIterator[bytes]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    number = 0
    yield b'event:start\r\ndata:{"type":"start"}\r\n\r\n'
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            text = decoder.decode(token)
            if not text:
                continue
            number += 1
            data = json.dumps({"type": "token", "content": text, "number": number})
            yield f"event:token\r\ndata:{data}\r\n\r\n".encode()
    data = json.dumps({"type": "complete", "total": number, "finish_reason": "stop"})
    yield f"event:complete\r\ndata:{data}\r\n\r\n".encode()
