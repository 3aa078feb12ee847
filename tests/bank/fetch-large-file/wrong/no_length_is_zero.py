"""A missing Content-Length is taken for 0, and every byte for one too many.
takes-a-length-for-granted, caught by the-size-may-be-unknown
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
            total = int(response.headers.get("Content-Length", 0))
            with part.open("wb") as file:
                async for data in response.aiter_bytes():
                    file.write(data)
                    received += len(data)
                    progress(received, total)
    if received != total:
        raise ValueError(f"{received} of {total} bytes")
    part.replace(target)
