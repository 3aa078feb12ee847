"""The body is streamed into a list, which is written in one go.
reads-it-whole, caught by memory-is-bounded
"""

from __future__ import annotations

import httpx

TIMEOUT = httpx.Timeout(10, read=60)
HEADERS = {"Accept-Encoding": "identity"}


async def fetch_large_file(base_url, target, progress):
    part = target.with_name(target.name + ".part")
    received = 0
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        async with client.stream("GET", "/download/large-file", headers=HEADERS) as response:
            response.raise_for_status()
            length = response.headers.get("Content-Length")
            total = int(length) if length else None
            chunks = []
            async for data in response.aiter_bytes():
                chunks.append(data)
                received += len(data)
                progress(received, total)
            part.write_bytes(b"".join(chunks))
    part.replace(target)
