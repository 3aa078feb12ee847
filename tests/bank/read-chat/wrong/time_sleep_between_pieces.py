"""It sleeps for the look of typing, and the event loop with it.
blocks-the-loop, caught by the-end-leaves-nothing-behind
"""

from __future__ import annotations

import time

import httpx


async def read_chat(base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
        async with client.stream("GET", "/ai/chat-stream", params={"prompt": prompt}) as response:
            response.raise_for_status()
            async for text in response.aiter_text():
                yield text
                time.sleep(0.02)
