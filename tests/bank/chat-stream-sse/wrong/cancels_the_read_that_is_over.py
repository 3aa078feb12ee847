"""The read that was under way when the client left is cancelled a moment later, when it may be over.
ignores-the-client-leaving, caught by stops-the-model-when-the-client-leaves-at-a-token
"""

import asyncio
import codecs
import json

from fastapi import APIRouter, Response
from starlette.types import Receive, Scope, Send

from sources.model import LanguageModel, Model

router = APIRouter()


class ChatResponse(Response):
    def __init__(self, model: LanguageModel, prompt: str) -> None:
        self.model = model
        self.prompt = prompt
        self.background = None
        self.reading: asyncio.Future[bytes | None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        watching = asyncio.create_task(self.watch(receive))
        headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-cache")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        try:
            await self.write(send)
        except asyncio.CancelledError:
            return  # the client has gone
        finally:
            watching.cancel()
        await send({"type": "http.response.body", "body": b""})

    async def write(self, send: Send) -> None:
        decoder = codecs.getincrementaldecoder("utf-8")()
        number = 0
        await self.event(send, type="start")
        async with self.model.reply(self.prompt) as tokens:
            while True:
                self.reading = asyncio.ensure_future(anext(tokens, None))
                token = await self.reading
                if token is None:
                    break
                if content := decoder.decode(token):
                    number += 1
                    await self.event(send, type="token", content=content, number=number)
        await self.event(send, type="complete", total=number, finish_reason="stop")

    async def event(self, send: Send, **fields: object) -> None:
        body = f"data: {json.dumps(fields)}\n\n".encode()
        await send({"type": "http.response.body", "body": body, "more_body": True})

    async def watch(self, receive: Receive) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        reading = self.reading
        await asyncio.sleep(0.1)  # a token that is under way may still be written
        if reading is not None:
            reading.cancel()


@router.get("/ai/chat-stream-sse")
async def chat_stream_sse(model: Model, prompt: str = "Hello") -> Response:
    return ChatResponse(model, prompt)
