"""It tries three times within one call, and goes on where the last try was lost."""

from __future__ import annotations

import asyncio

import httpx

TIMEOUT = httpx.Timeout(10, read=60)


async def fetch_large_file(base_url, target, progress):
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    etag = None
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        for pause in (1, 5, None):
            try:
                etag = await attempt(client, part, etag, progress)
                part.replace(target)
                return
            except httpx.TransportError:
                if pause is None:
                    raise
                await asyncio.sleep(pause)


async def attempt(client, part, etag, progress):
    headers = {"Accept-Encoding": "identity"}
    had = part.stat().st_size if etag and part.exists() else 0
    if had:
        headers |= {"Range": f"bytes={had}-", "If-Range": etag}
    async with client.stream("GET", "/download/large-file", headers=headers) as response:
        response.raise_for_status()
        if response.status_code != 206:
            had = 0
        length = response.headers.get("Content-Length")
        total = had + int(length) if length else None
        with part.open("ab" if had else "wb") as file:
            async for data in response.aiter_bytes():
                file.write(data)
                had += len(data)
                progress(had, total)
        return response.headers.get("ETag")
