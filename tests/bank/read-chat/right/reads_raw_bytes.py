"""It reads raw bytes without refusing compression, and takes a reply without text for an error."""

from __future__ import annotations

import codecs

import httpx

TIMEOUT = httpx.Timeout(10, read=60)


async def read_chat(base_url, prompt):
    decoder = codecs.getincrementaldecoder("utf-8")()
    said = False
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        async with client.stream("GET", "/ai/chat-stream", params={"prompt": prompt}) as response:
            response.raise_for_status()
            async for data in response.aiter_raw():
                text = decoder.decode(data)
                if text:
                    said = True
                    yield text
            decoder.decode(b"", final=True)
    if not said:
        raise RuntimeError("the model said nothing")
