"""The endpoint asks the model by hand, and nobody ever lets it go.
acquires-outside-the-stream, caught by leaves-nothing-behind
"""

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import Model

router = APIRouter()


@router.get("/ai/chat-stream")
async def chat_stream(model: Model, prompt: str = "Hello") -> StreamingResponse:
    tokens = await model.reply(prompt).__aenter__()
    return StreamingResponse(tokens, media_type="text/plain")
