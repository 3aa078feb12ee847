"""Every line end is turned into LF.
alters-white-space, caught by white-space-is-text
"""

from __future__ import annotations

import codecs
import io

import httpx


async def read_chat(base_url, prompt):
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder("utf-8")(), translate=True)
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
        async with client.stream("GET", "/ai/chat-stream", params={"prompt": prompt}) as response:
            response.raise_for_status()
            async for chunk in response.aiter_bytes():
                yield decoder.decode(chunk)
            yield decoder.decode(b"", final=True)
