"""It yields single characters."""

from __future__ import annotations

import codecs

import httpx


async def read_chat(base_url: str, prompt: str):
    client = httpx.AsyncClient(base_url=base_url, timeout=45)
    async with client, client.stream("GET", "/ai/chat-stream", params={"prompt": prompt}) as reply:
        reply.raise_for_status()
        if "text/plain" not in reply.headers.get("Content-Type", "").lower():
            raise ValueError(reply.headers.get("Content-Type"))

        async for text in codecs_iterdecode(reply.aiter_bytes()):
            for character in text:
                yield character


async def codecs_iterdecode(chunks):
    decoder = codecs.getincrementaldecoder("utf-8")()
    async for chunk in chunks:
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)
