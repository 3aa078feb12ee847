"""A server that falls silent passes for one that has said everything.
passes-a-loss-off-as-the-end, caught by nothing-is-asked-for-twice
"""

from __future__ import annotations

import codecs

import httpx

TIMEOUT = httpx.Timeout(10, read=60)


async def read_chat(base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        async with client.stream("GET", "/ai/chat-stream", params={"prompt": prompt}) as response:
            response.raise_for_status()
            if not response.headers.get("Content-Type", "").lower().startswith("text/plain"):
                raise ValueError("not a reply")
            decoder = codecs.getincrementaldecoder("utf-8")()
            try:
                async for data in response.aiter_bytes():
                    yield decoder.decode(data)
            except httpx.ReadTimeout:
                pass  # the model has nothing more to say
            decoder.decode(b"", final=True)
