"""It slows itself down by time.sleep, which stops the whole event loop.
blocks-the-loop, caught by the-end-leaves-nothing-behind
"""

from __future__ import annotations

import time

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
                    time.sleep(0.001)  # no more than 64 MB a second
    part.replace(target)
