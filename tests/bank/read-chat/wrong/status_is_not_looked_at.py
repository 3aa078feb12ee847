"""The status is not looked at.
ignores-the-status, caught by an-error-status-is-an-error
"""

from __future__ import annotations

import httpx


async def read_chat(base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
        async with client.stream("GET", "/ai/chat-stream", params={"prompt": prompt}) as response:
            async for text in response.aiter_text():
                yield text
