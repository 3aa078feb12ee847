"""The reply is read line by line, and each one ends with a line break, whether it had one or not.
alters-white-space, caught by yields-the-reply
"""

from __future__ import annotations

import httpx


async def read_chat(base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
        async with client.stream("GET", "/ai/chat-stream", params={"prompt": prompt}) as response:
            response.raise_for_status()
            async for line in response.aiter_lines():
                yield line + "\n"
