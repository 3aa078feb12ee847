"""The generator is a closure inside the endpoint, as most tutorials write it."""

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import Model

router = APIRouter()


@router.get("/ai/chat-stream")
async def chat_stream(model: Model, prompt: str = "Hello"):
    async def generate():
        async with model.reply(prompt) as tokens:
            async for token in tokens:
                yield token

    return StreamingResponse(generate(), media_type="text/plain")
