"""The query is quoted with `urllib.parse`, and compression is refused."""

from __future__ import annotations

import codecs
from urllib.parse import urlencode

import httpx


async def read_chat(base_url, prompt):
    url = f"{base_url}/ai/chat-stream?{urlencode({'prompt': prompt})}"
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    headers = {"Accept": "text/plain", "Accept-Encoding": "identity"}
    async with httpx.AsyncClient(timeout=httpx.Timeout(30), headers=headers) as client:
        async with client.stream("GET", url) as response:
            response.raise_for_status()
            kind, _, _ = response.headers.get("content-type", "").partition(";")
            if kind.strip() != "text/plain":
                raise TypeError(f"expected text/plain, got {kind}")
            async for chunk in response.aiter_raw():
                text = decoder.decode(chunk)
                if text:
                    yield text
            rest = decoder.decode(b"", final=True)
            if rest:
                yield rest
