"""The whole body is in memory before anything is written.
reads-it-whole, caught by memory-is-bounded
"""

from __future__ import annotations

import httpx

TIMEOUT = httpx.Timeout(10, read=60)


async def fetch_large_file(base_url, target, progress):
    part = target.with_name(target.name + ".part")
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        response = await client.get("/download/large-file")
    response.raise_for_status()
    part.write_bytes(response.content)
    part.replace(target)
    progress(len(response.content), len(response.content))
