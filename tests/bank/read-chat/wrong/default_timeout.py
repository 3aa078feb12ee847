"""httpx gives up after five seconds of silence, unless it is told otherwise.
keeps-the-default-timeout, caught by waits-while-the-model-thinks
"""

from __future__ import annotations

import httpx


async def read_chat(base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url) as client:
        async with client.stream("GET", "/ai/chat-stream", params={"prompt": prompt}) as response:
            response.raise_for_status()
            async for text in response.aiter_text():
                yield text
