"""Progress is told for every 100,000 bytes and at the end, and not for every chunk."""

from __future__ import annotations

import anyio
import httpx

STEP = 100_000


async def fetch_large_file(base_url, target, progress):
    part = anyio.Path(str(target) + ".part")
    timeout = httpx.Timeout(60)
    async with httpx.AsyncClient(base_url=base_url, timeout=timeout) as client:
        async with client.stream(
            "GET", "/download/large-file", headers={"Accept-Encoding": "identity"}
        ) as response:
            if response.status_code != httpx.codes.OK:
                raise ConnectionError(f"status {response.status_code}")
            length = response.headers.get("Content-Length")
            total = None if length is None else int(length)
            received = told = 0
            async with await part.open("wb") as file:
                async for data in response.aiter_raw():
                    await file.write(data)
                    received += len(data)
                    if received - told >= STEP:
                        progress(received, total)
                        told = received
            if total is not None and total != received:
                raise ConnectionError(f"{received} of {total} bytes")
            progress(received, total)
    await part.replace(target)
