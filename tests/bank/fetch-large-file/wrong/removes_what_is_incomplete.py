"""It writes to the target itself, and removes it when something fails.
writes-under-the-final-name, caught by nothing-has-the-name-before-it-is-complete
"""

from __future__ import annotations

import httpx

TIMEOUT = httpx.Timeout(10, read=60)


async def fetch_large_file(base_url, target, progress):
    try:
        await download(base_url, target, progress)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


async def download(base_url, target, progress):
    received = 0
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        async with client.stream("GET", "/download/large-file") as response:
            response.raise_for_status()
            total = int(response.headers.get("Content-Length", 0)) or None
            with target.open("wb") as file:
                async for data in response.aiter_bytes():
                    file.write(data)
                    received += len(data)
                    progress(received, total)
    if total and received != total:
        raise ValueError(f"{received} of {total} bytes")
