"""Whoever tries again appends to what had come, though the server sends the whole file again.
mixes-two-downloads, caught by what-was-lost-does-not-spoil-the-next-one
"""

from __future__ import annotations

import asyncio

import httpx


async def fetch_large_file(base_url, target, progress):
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    for pause in (1, 2, None):
        try:
            await download(base_url, part, progress)
            break
        except httpx.TransportError:
            if pause is None:
                raise
            await asyncio.sleep(pause)
    part.replace(target)


async def download(base_url, part, progress):
    received = 0
    async with httpx.AsyncClient(base_url=base_url, timeout=60) as client:
        async with client.stream("GET", "/download/large-file") as response:
            response.raise_for_status()
            length = response.headers.get("Content-Length")
            total = int(length) if length else None
            with part.open("ab") as file:
                async for data in response.aiter_raw():
                    file.write(data)
                    received += len(data)
                    progress(received, total)
