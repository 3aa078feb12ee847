"""Text is given in pieces of sixteen characters, and waits until so many have come.
reads-it-whole, caught by yields-at-once
"""

from __future__ import annotations

import httpx


async def read_chat(base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
        async with client.stream("GET", "/ai/chat-stream", params={"prompt": prompt}) as response:
            response.raise_for_status()
            async for text in response.aiter_text(chunk_size=16):
                yield text
