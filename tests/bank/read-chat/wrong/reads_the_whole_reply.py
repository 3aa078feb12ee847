"""The whole reply is read before anything is yielded.
reads-it-whole, caught by yields-at-once
"""

from __future__ import annotations

import httpx


async def read_chat(base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
        response = await client.get("/ai/chat-stream", params={"prompt": prompt})
        response.raise_for_status()
        yield response.text
