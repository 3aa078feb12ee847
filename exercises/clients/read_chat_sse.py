"""Read a chat's events: yield the text of a model's reply, and know whether it is whole.

GET /ai/chat-stream-sse?prompt=... answers with server-sent events whose data is a JSON object. The
kind of an event is in its `event:` field, in `type` of the JSON, or in both:

    start      once, first
    token      {"content": "..."}
    complete   {"total": 42}; once, last: so many tokens
    error      {"message": "..."}; instead of complete

Write an async generator of strings: the contents, joined, are the reply.

- A content is yielded as soon as its event is whole. Chunks mean nothing, and white space is text.
- `complete` is the end: hang up, whatever is still sent (`[DONE]`, for one), and never reconnect.
- An error event, an end without `complete`, a lost connection, an error status and another media
  type are errors that your caller sees. A redirect is followed, or it is an error. A reply costs
  money: ask once.
- Ignore other kinds, other fields and comments. Lines end with LF, CR or CRLF, and with nothing
  else; data lines are joined by LF; what is unfinished at the end is no event (WHATWG HTML 9.2.6).
- The prompt arrives as it was given. The model may think for half a minute, but not for ever.
- Expert: a line without an end fills no memory. What is longer than 1 MiB may be refused.
"""

from __future__ import annotations

from collections.abc import AsyncIterator


async def read_chat_sse(base_url: str, prompt: str) -> AsyncIterator[str]:
    raise NotImplementedError
    yield  # makes it a generator; your own yield takes its place
