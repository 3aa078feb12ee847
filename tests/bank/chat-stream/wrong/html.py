"""The reply is sent as text/html, and a browser renders what the model writes.
wrong-media-type, caught by starts
"""

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

    return StreamingResponse(generate(), media_type="text/html")
