"""The temporary file beside the target has a name of its own, and is removed after a failure."""

from __future__ import annotations

import asyncio
import os
import tempfile

import httpx


async def fetch_large_file(base_url, target, progress):
    handle, name = tempfile.mkstemp(dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            async with httpx.AsyncClient(timeout=httpx.Timeout(30)) as client:
                request = client.build_request("GET", f"{base_url}/download/large-file")
                response = await client.send(request, stream=True)
                try:
                    if response.status_code != 200:
                        raise RuntimeError(f"status {response.status_code}")
                    total = int(response.headers.get("content-length", 0)) or None
                    async for data in response.aiter_bytes(64 * 1024):
                        await asyncio.to_thread(file.write, data)
                        progress(response.num_bytes_downloaded, total)
                finally:
                    await response.aclose()
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise
