"""A 4xx is no server error, and its text passes for a reply.
ignores-the-status, caught by an-error-status-is-an-error
"""

from __future__ import annotations

import codecs

import httpx

TIMEOUT = httpx.Timeout(10, read=60)


async def read_chat(base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        async with client.stream("GET", "/ai/chat-stream", params={"prompt": prompt}) as response:
            if response.is_server_error or response.is_redirect:
                raise ValueError(f"no reply: status {response.status_code}")
            if not response.headers.get("Content-Type", "").lower().startswith("text/plain"):
                raise ValueError("not a reply")
            decoder = codecs.getincrementaldecoder("utf-8")()
            async for data in response.aiter_bytes():
                yield decoder.decode(data)
            decoder.decode(b"", final=True)
