"""What does not decode is ignored, so split characters vanish.
decodes-each-token, caught by sends-the-reply
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
                text = token.decode(errors="ignore")
                if text:
                    yield text

    return StreamingResponse(generate(), media_type="text/plain")
