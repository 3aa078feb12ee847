"""Chat stream: pass a language model's reply on to the client, token by token, as plain text.

`model.reply(prompt)` asks the model. Its reply comes as tokens: a few bytes of UTF-8 each.

- The body is the reply, to the byte and however long. A token that is only a space is a token; a
  character may be split between two tokens and has to arrive whole.
- A token leaves before the next one exists. Of what the client does not read, at most 100 tokens
  may be read ahead.
- The model gets the prompt as it was asked, whatever characters it holds. Without a prompt there
  is a reply, too.
- Whoever leaves the page no longer wants the reply, and the model costs money for as long as its
  block is open: it is left when the reply is complete, when the model fails, and when the client
  leaves.
- When the model fails half-way, the body breaks off. It must not look complete, and the model is
  not asked again: another reply has other words. A model that fails before its first token has
  not given an empty reply, and one that is silent for minutes has not ended: wait for it, or treat
  the silence as a failure.
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
