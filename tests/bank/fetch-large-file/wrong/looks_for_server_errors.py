"""A 4xx is no server error, and its body is saved as the file.
ignores-the-status, caught by an-error-status-is-an-error
"""

from __future__ import annotations

import httpx

TIMEOUT = httpx.Timeout(10, read=60)
HEADERS = {"Accept-Encoding": "identity"}


async def fetch_large_file(base_url, target, progress):
    part = target.with_name(target.name + ".part")
    received = 0
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        async with client.stream("GET", "/download/large-file", headers=HEADERS) as response:
            if response.is_server_error or response.is_redirect:
                raise ValueError(f"no file: status {response.status_code}")
            length = response.headers.get("Content-Length")
            total = int(length) if length else None
            with part.open("wb") as file:
                async for data in response.aiter_bytes():
                    file.write(data)
                    received += len(data)
                    progress(received, total)
    part.replace(target)
