"""The prompt is sent with POST, as the body of the request.
asks-for-something-else, caught by asks-for-the-reply
"""

from __future__ import annotations

import httpx


async def read_chat(base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
        async with client.stream("POST", "/ai/chat-stream", json={"prompt": prompt}) as response:
            response.raise_for_status()
            async for text in response.aiter_text():
                yield text
