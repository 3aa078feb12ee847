"""One task reads and another one writes; a queue of four pieces is between them."""

from __future__ import annotations

import asyncio

import httpx

TIMEOUT = httpx.Timeout(10, read=60)


async def fetch_large_file(base_url, target, progress):
    part = target.with_name(target.name + ".part")
    pieces = asyncio.Queue(maxsize=4)

    async def write(total):
        received = 0
        with part.open("wb") as file:
            while (piece := await pieces.get()) is not None:
                await asyncio.to_thread(file.write, piece)
                received += len(piece)
                progress(received, total)

    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        headers = {"Accept-Encoding": "identity"}
        async with client.stream("GET", "/download/large-file", headers=headers) as response:
            response.raise_for_status()
            length = response.headers.get("Content-Length")
            async with asyncio.TaskGroup() as group:
                group.create_task(write(int(length) if length else None))
                async for piece in response.aiter_bytes():
                    await pieces.put(piece)
                await pieces.put(None)
    part.replace(target)
