"""A model that was silent for a minute is asked once more, and the reply begins anew.
retries-what-costs-money, caught by nothing-is-asked-for-twice
"""

from __future__ import annotations

import codecs

import httpx

TIMEOUT = httpx.Timeout(10, read=60)


async def ask(base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        async with client.stream("GET", "/ai/chat-stream", params={"prompt": prompt}) as response:
            response.raise_for_status()
            if not response.headers.get("Content-Type", "").lower().startswith("text/plain"):
                raise ValueError("not a reply")
            decoder = codecs.getincrementaldecoder("utf-8")()
            async for data in response.aiter_bytes():
                yield decoder.decode(data)
            decoder.decode(b"", final=True)


async def read_chat(base_url, prompt):
    for last in (False, False, True):
        try:
            async for text in ask(base_url, prompt):
                yield text
            return
        except httpx.ReadTimeout:
            if last:
                raise
