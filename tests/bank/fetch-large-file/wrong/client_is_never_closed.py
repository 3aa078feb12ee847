"""The client is never closed, and keeps its connection for a request that does not come.
forgets-to-hang-up, caught by the-end-leaves-nothing-behind
"""

from __future__ import annotations

import httpx

TIMEOUT = httpx.Timeout(10, read=60)
HEADERS = {"Accept-Encoding": "identity"}


async def fetch_large_file(base_url, target, progress):
    part = target.with_name(target.name + ".part")
    received = 0
    client = httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT)
    async with client.stream("GET", "/download/large-file", headers=HEADERS) as response:
        response.raise_for_status()
        length = response.headers.get("Content-Length")
        total = int(length) if length else None
        with part.open("wb") as file:
            async for data in response.aiter_bytes():
                file.write(data)
                received += len(data)
                progress(received, total)
    part.replace(target)
