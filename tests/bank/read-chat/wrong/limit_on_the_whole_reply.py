"""The limit of time is one for the whole reply.
keeps-the-default-timeout, caught by waits-while-the-model-thinks
"""

from __future__ import annotations

import asyncio

import httpx


async def read_chat(base_url, prompt):
    async with asyncio.timeout(30), httpx.AsyncClient(base_url=base_url, timeout=None) as client:
        async with client.stream("GET", "/ai/chat-stream", params={"prompt": prompt}) as response:
            response.raise_for_status()
            async for text in response.aiter_text():
                yield text
