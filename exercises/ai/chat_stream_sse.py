"""Chat stream as events: a model's reply with its beginning, its end and its failure marked.

`model.reply(prompt)` asks the model; a token is a few bytes of UTF-8 and may end inside a
character. Send server-sent events whose data is JSON, each named by `event:`, by `type`, or both:

    {"type": "start"}
    {"type": "token", "content": "...", "number": 1}
    {"type": "complete", "total": 42, "finish_reason": "stop"}
    {"type": "failed", "message": "..."}

- `start` comes once, first; tokens are numbered from 1, without gaps; `complete` comes once, last,
  with the number of tokens. `failed` comes instead of it, or the body breaks off. More fields are
  fine.
- The contents joined are the reply, however long, and whatever characters it and the prompt hold.
  Each token leaves before the next one exists; what is not a whole character yet may wait for the
  next one. Of what the client does not read, at most 100 tokens may be read ahead.
- The model works, and is paid for, while its block is open. It is stopped when nobody listens.
- `complete` is a promise: never send it when the model has failed, be it before its first token.
  Then no token tells of it, and a model that fails half-way is not asked again. One that is silent
  for minutes has not ended: wait for it, or treat the silence as a failure.
- No cache and no proxy may hold the stream back.
- EventSource connects again when a stream ends, and gives its own failures the event name `error`.
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import Model

router = APIRouter()


@router.get("/ai/chat-stream-sse")
async def chat_stream_sse(model: Model, prompt: str = "Hello") -> StreamingResponse:
    raise NotImplementedError
