"""A Response that speaks ASGI itself, names no charset, and watches for the client's leaving."""

import asyncio

from fastapi import APIRouter, Response
from starlette.types import Receive, Scope, Send

from sources.model import LanguageModel, Model

router = APIRouter()


class ReplyResponse(Response):
    def __init__(self, model: LanguageModel, prompt: str) -> None:
        self.model = model
        self.prompt = prompt
        self.background = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        sending = asyncio.create_task(self.send_tokens(send))
        leaving = asyncio.create_task(self.left(receive))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
        finally:
            sending.cancel()
            leaving.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)

    async def left(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    async def send_tokens(self, send: Send) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-type", b"text/plain")],
            }
        )
        async with self.model.reply(self.prompt) as tokens:
            async for token in tokens:
                await send({"type": "http.response.body", "body": token, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


@router.get("/ai/chat-stream")
async def chat_stream(model: Model, prompt: str = "Hello") -> Response:
    return ReplyResponse(model, prompt)
