"""The file is written piece by piece, and then read as a whole, to see whether it is complete.
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
            with part.open("wb") as file:
                async for data in response.aiter_bytes():
                    file.write(data)
                    received += len(data)
                    progress(received, total)
    if total is not None and len(part.read_bytes()) != total:
        raise ValueError(f"{received} of {total} bytes")
    part.replace(target)
