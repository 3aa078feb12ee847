"""It yields bytes, not text.
bytes-taken-for-text, caught by yields-the-reply
"""

from __future__ import annotations

import httpx


async def read_chat(base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
        async with client.stream("GET", "/ai/chat-stream", params={"prompt": prompt}) as response:
            response.raise_for_status()
            async for chunk in response.aiter_bytes():
                yield chunk
