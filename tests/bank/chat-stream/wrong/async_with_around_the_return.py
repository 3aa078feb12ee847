"""The model is let go when the endpoint returns, before the reply is read.
releases-too-early, caught by sends-the-reply
"""

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import Model

router = APIRouter()


@router.get("/ai/chat-stream")
async def chat_stream(model: Model, prompt: str = "Hello") -> StreamingResponse:
    async with model.reply(prompt) as tokens:
        return StreamingResponse(tokens, media_type="text/plain")
