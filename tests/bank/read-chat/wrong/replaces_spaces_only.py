"""Only the spaces of the prompt are quoted.
writes-the-query-by-hand, caught by any-prompt-arrives
"""

from __future__ import annotations

import httpx


async def read_chat(base_url, prompt):
    url = f"{base_url}/ai/chat-stream?prompt={prompt.replace(' ', '%20')}"
    async with httpx.AsyncClient(timeout=httpx.Timeout(None, connect=5)) as client:
        async with client.stream("GET", url) as response:
            response.raise_for_status()
            async for text in response.aiter_text():
                yield text
