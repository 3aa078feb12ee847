"""Chat stream: pass a language model's reply on to the client, token by token, as plain text.

`model.reply(prompt)` asks the model. Its reply comes as tokens: a few bytes of UTF-8 each.

- The body is the reply, to the byte. A token that is only a space is a token; a character may be
  split between two tokens and has to arrive whole.
- A token leaves before the next one exists.
- The model gets the prompt as it was asked, whatever characters it holds. Without a prompt there
  is a reply, too.
- Whoever leaves the page no longer wants the reply, and the model costs money for as long as its
  block is open: it is left when the reply is complete, when the model fails, and when the client
  leaves.
- When the model fails half-way, the body breaks off. It must not look complete.
- The media type is that of plain text. No proxy may hold the tokens back, no browser may guess
  another type.
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.model import Model

router = APIRouter()


@router.get("/ai/chat-stream")
async def chat_stream(model: Model, prompt: str = "Hello") -> StreamingResponse:
    raise NotImplementedError
