"""The prompt is quoted, and then httpx quotes it once more.
writes-the-query-by-hand, caught by any-prompt-arrives
"""

from __future__ import annotations

from urllib.parse import quote

import httpx


async def read_chat(base_url, prompt):
    params = {"prompt": quote(prompt)}
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
        async with client.stream("GET", "/ai/chat-stream", params=params) as response:
            response.raise_for_status()
            async for text in response.aiter_text():
                yield text
