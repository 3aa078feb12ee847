"""The download is a task of its own, which goes on when whoever waits for it is cancelled.
forgets-to-hang-up, caught by whoever-cancels-it-hangs-up
"""

from __future__ import annotations

import asyncio

import httpx

TIMEOUT = httpx.Timeout(10, read=60)
HEADERS = {"Accept-Encoding": "identity"}


async def fetch_large_file(base_url, target, progress):
    task = asyncio.create_task(download(base_url, target, progress))
    await asyncio.shield(task)


async def download(base_url, target, progress):
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
    part.replace(target)
