"""One decoder is made when the module is imported, and keeps half a character for the next caller.
keeps-it-between-calls, caught by callers-are-kept-apart
"""

from __future__ import annotations

from codecs import getincrementaldecoder

import httpx

TIMEOUT = httpx.Timeout(10, read=60)
decoder = getincrementaldecoder("utf-8")()


async def read_chat(base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        async with client.stream("GET", "/ai/chat-stream", params={"prompt": prompt}) as response:
            response.raise_for_status()
            async for data in response.aiter_bytes():
                if text := decoder.decode(data):
                    yield text
            decoder.decode(b"", final=True)
