"""Pieces of white space alone are left out.
alters-white-space, caught by yields-at-once
"""

from __future__ import annotations

import httpx


async def read_chat(base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
        async with client.stream("GET", "/ai/chat-stream", params={"prompt": prompt}) as response:
            response.raise_for_status()
            async for text in response.aiter_text():
                if not text.strip():
                    continue
                yield text
