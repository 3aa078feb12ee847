"""Read a chat: yield a language model's reply as text, while the model is still at work.

GET /ai/chat-stream?prompt=... answers with text/plain in UTF-8, a token at a time. `base_url` is
where the server is, http://127.0.0.1:8000 for one. Write an async generator of strings.

- What has come is yielded at once; how you cut it is up to you. Joined, it is the reply.
- Chunks mean nothing: a piece may end inside a character, and there may be no line break for long.
- White space is text: nothing is stripped, no line end is changed.
- The prompt arrives as it was given: `what is a&b #1 + 50%?` is a question like any other.
- The model may think for half a minute before any token, and a long reply takes minutes. A server
  that never answers may not hold you for ever.
- An error status, another media type, a reply that breaks off, and one that ends inside a character
  are errors that your caller sees. A reply costs money, so nothing is asked for twice: a redirect
  may be followed, but whoever is told to come back later leaves that to the caller.
- Whoever stops reading hangs up, which is what stops the model.
"""

from __future__ import annotations

from collections.abc import AsyncIterator


async def read_chat(base_url: str, prompt: str) -> AsyncIterator[str]:
    raise NotImplementedError
    yield  # makes it a generator; your own yield takes its place
