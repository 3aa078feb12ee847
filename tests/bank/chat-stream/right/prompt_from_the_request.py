"""The prompt is taken from request.query_params, which decodes it."""

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from sources.model import Model

router = APIRouter()


@router.get("/ai/chat-stream")
def chat_stream(request: Request, model: Model) -> StreamingResponse:
    prompt = request.query_params.get("prompt", "Say something nice.")

    async def generate():
        async with model.reply(prompt) as tokens:
            async for token in tokens:
                yield token

    response = StreamingResponse(generate(), media_type="text/plain")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response
