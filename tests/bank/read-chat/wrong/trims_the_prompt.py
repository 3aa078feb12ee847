"""The prompt is trimmed.
alters-the-prompt, caught by a-prompt-is-not-trimmed
"""

from __future__ import annotations

import httpx


async def read_chat(base_url, prompt):
    prompt = prompt.strip()
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
        async with client.stream("GET", "/ai/chat-stream", params={"prompt": prompt}) as response:
            response.raise_for_status()
            async for text in response.aiter_text():
                yield text
