"""Each chunk is decoded by itself, although a character may be cut in two.
decodes-each-chunk, caught by characters-stay-whole
"""

from __future__ import annotations

import httpx


async def read_chat(base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
        async with client.stream("GET", "/ai/chat-stream", params={"prompt": prompt}) as response:
            response.raise_for_status()
            async for chunk in response.aiter_bytes():
                yield chunk.decode("utf-8")
