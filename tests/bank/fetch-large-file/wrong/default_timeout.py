"""httpx gives up after five seconds of silence, unless it is told otherwise.
keeps-the-default-timeout, caught by waits-out-a-pause
"""

from __future__ import annotations

import httpx

HEADERS = {"Accept-Encoding": "identity"}


async def fetch_large_file(base_url, target, progress):
    part = target.with_name(target.name + ".part")
    received = 0
    async with httpx.AsyncClient(base_url=base_url) as client:
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
