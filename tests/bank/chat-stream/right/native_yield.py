"""FastAPI streams what the endpoint yields; a dependency sets the headers."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse

from sources.model import Model

router = APIRouter()


class PlainText(StreamingResponse):
    media_type = "text/plain"


async def headers(response: Response) -> None:
    response.headers["X-Accel-Buffering"] = "no"
    response.headers["X-Content-Type-Options"] = "nosniff"


@router.get("/ai/chat-stream", response_class=PlainText, dependencies=[Depends(headers)])
async def chat_stream(
    model: Model, prompt: Annotated[str, Query(description="What to ask")] = "Hello"
) -> AsyncIterator[bytes]:
    async with model.reply(prompt) as tokens:
        async for token in tokens:
            yield token
