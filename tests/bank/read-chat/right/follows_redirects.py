"""Redirects are followed, as a browser follows them."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import AsyncIterator

import httpx

TIMEOUT = httpx.Timeout(10, read=60)  # a model may think, but not for ever


async def read_chat(base_url: str, prompt: str) -> AsyncIterator[str]:
    async with (
        httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT, follow_redirects=True) as client,
        client.stream("GET", "/ai/chat-stream", params={"prompt": prompt}) as response,
    ):
        response.raise_for_status()
        media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if media_type != "text/plain":
            raise ValueError(f"not a reply: {media_type or 'no Content-Type'}")
        decoder = getincrementaldecoder("utf-8")()
        async for data in response.aiter_bytes():
            if text := decoder.decode(data):
                yield text
        decoder.decode(b"", final=True)  # raises if the reply ended inside a character


# response.aiter_text() decodes incrementally, too, with the charset that the server declares. It
# replaces what is no UTF-8 by U+FFFD, so half a character at the end passes for a whole reply.
