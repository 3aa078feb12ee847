"""A reply that breaks off is asked for again, up to three times.
retries-what-costs-money, caught by a-reply-that-breaks-off-is-an-error
"""

from __future__ import annotations

import asyncio

import httpx


async def read_chat(base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
        for attempt in range(3):
            try:
                async with client.stream(
                    "GET", "/ai/chat-stream", params={"prompt": prompt}
                ) as response:
                    response.raise_for_status()
                    async for text in response.aiter_text():
                        yield text
                return
            except httpx.TransportError:
                if attempt == 2:
                    raise
                await asyncio.sleep(2**attempt)
