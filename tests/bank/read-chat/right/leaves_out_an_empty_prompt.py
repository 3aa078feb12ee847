"""A prompt without a character is left out, for the server to complain about."""

from __future__ import annotations

import codecs

import httpx

TIMEOUT = httpx.Timeout(10, read=60)


async def read_chat(base_url, prompt):
    asked = {"prompt": prompt} if prompt else {}
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        async with client.stream("GET", "/ai/chat-stream", params=asked) as response:
            response.raise_for_status()
            if not response.headers.get("Content-Type", "").lower().startswith("text/plain"):
                raise ValueError("not a reply")
            decoder = codecs.getincrementaldecoder("utf-8")()
            async for data in response.aiter_bytes():
                yield decoder.decode(data)
            decoder.decode(b"", final=True)
