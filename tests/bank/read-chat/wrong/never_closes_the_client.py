"""The response and the client are never closed.
forgets-to-hang-up, caught by the-end-leaves-nothing-behind
"""

from __future__ import annotations

import httpx


async def read_chat(base_url, prompt):
    client = httpx.AsyncClient(base_url=base_url, timeout=60)
    request = client.build_request("GET", "/ai/chat-stream", params={"prompt": prompt})
    response = await client.send(request, stream=True)
    response.raise_for_status()
    async for text in response.aiter_text():
        yield text
