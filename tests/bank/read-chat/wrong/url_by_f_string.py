"""The prompt is put into the URL with an f-string.
writes-the-query-by-hand, caught by any-prompt-arrives
"""

from __future__ import annotations

import httpx


async def read_chat(base_url, prompt):
    async with httpx.AsyncClient(timeout=60) as client:
        async with client.stream("GET", f"{base_url}/ai/chat-stream?prompt={prompt}") as response:
            response.raise_for_status()
            async for text in response.aiter_text():
                yield text
