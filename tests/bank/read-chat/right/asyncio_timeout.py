"""The limit of time is asyncio's: for the head, and for each piece."""

from __future__ import annotations

import asyncio
import codecs

import httpx

PATIENCE = 60


async def read_chat(base_url, prompt):
    async with httpx.AsyncClient(base_url=base_url, timeout=None) as client:
        request = client.build_request("GET", "/ai/chat-stream", params={"prompt": prompt})
        async with asyncio.timeout(PATIENCE):
            response = await client.send(request, stream=True)
        try:
            response.raise_for_status()
            if not response.headers.get("content-type", "").startswith("text/plain"):
                raise ValueError("not plain text")
            decoder = codecs.getincrementaldecoder("utf-8")()
            chunks = response.aiter_bytes()
            while True:
                try:
                    async with asyncio.timeout(PATIENCE):
                        chunk = await anext(chunks)
                except StopAsyncIteration:
                    break
                yield decoder.decode(chunk)
            decoder.decode(b"", final=True)
        finally:
            await response.aclose()
