"""It yields an empty string while a character is not whole yet."""

from __future__ import annotations

import codecs

import httpx


async def read_chat(base_url, prompt):
    decode = codecs.getincrementaldecoder("utf-8")().decode
    timeout = httpx.Timeout(5, read=30)
    async with httpx.AsyncClient(base_url=base_url, timeout=timeout) as client:
        async with client.stream("GET", "/ai/chat-stream", params=dict(prompt=prompt)) as response:
            if response.status_code != 200:
                await response.aread()
                raise RuntimeError(f"{response.status_code}: {response.text}")
            if not response.headers["content-type"].lower().startswith("text/plain"):
                raise RuntimeError("not text/plain")
            async for chunk in response.aiter_bytes():
                yield decode(chunk)
            yield decode(b"", True)
