"""The query is cut at the equals sign and unquoted, which leaves every plus sign as it is.
alters-the-prompt, caught by passes-the-prompt-on
"""

from urllib.parse import unquote

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from sources.model import Model

router = APIRouter()


@router.get("/ai/chat-stream")
async def chat_stream(request: Request, model: Model) -> StreamingResponse:
    query = request.url.query
    prompt = unquote(query.split("prompt=", 1)[1]) if "prompt=" in query else "Hello"

    async def generate():
        async with model.reply(prompt) as tokens:
            async for token in tokens:
                yield token

    return StreamingResponse(generate(), media_type="text/plain")
