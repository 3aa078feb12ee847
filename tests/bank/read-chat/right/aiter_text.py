"""httpx decodes: `aiter_text` does so incrementally."""

from __future__ import annotations

import httpx


async def read_chat(base_url, prompt):
    async with httpx.AsyncClient(timeout=httpx.Timeout(10, read=60)) as client:
        async with client.stream(
            "GET", f"{base_url}/ai/chat-stream", params={"prompt": prompt}
        ) as response:
            response.raise_for_status()
            if not response.headers.get("content-type", "").startswith("text/plain"):
                raise RuntimeError("this is no text")
            async for text in response.aiter_text():
                yield text
