"""Whoever cancels the download is told that it has ended, as if the file were there.
ignores-the-client-leaving, caught by whoever-cancels-it-hangs-up
"""

from __future__ import annotations

import asyncio

import httpx

TIMEOUT = httpx.Timeout(10, read=60)
HEADERS = {"Accept-Encoding": "identity"}


async def fetch_large_file(base_url, target, progress):
    part = target.with_name(target.name + ".part")
    received = 0
    try:
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
    except asyncio.CancelledError:
        part.unlink(missing_ok=True)
        return
    part.replace(target)
