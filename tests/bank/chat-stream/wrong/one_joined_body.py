"""The whole reply is awaited and returned as one text.
collects-then-yields, caught by lockstep
"""

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from sources.model import Model

router = APIRouter()


@router.get("/ai/chat-stream", response_class=PlainTextResponse)
async def chat_stream(model: Model, prompt: str = "Hello") -> str:
    reply = b""
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            reply += token
    return reply.decode("utf-8")
