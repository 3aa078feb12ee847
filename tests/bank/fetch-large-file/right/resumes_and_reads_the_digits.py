"""It resumes where the part is, which it takes for granted, and compares how Content-Range begins."""

from __future__ import annotations

import httpx

URL = "/download/large-file"
TIMEOUT = httpx.Timeout(10, read=60)


async def fetch_large_file(base_url, target, progress):
    part, etag = target.with_suffix(f"{target.suffix}.part"), target.with_suffix(".etag")
    headers, start = {"Accept-Encoding": "identity"}, 0
    if etag.exists():
        start = part.stat().st_size
        headers |= {"Range": f"bytes={start}-", "If-Range": etag.read_text()}
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        async with client.stream("GET", URL, headers=headers) as response:
            if response.status_code not in (200, 206):
                etag.unlink(missing_ok=True)
                response.raise_for_status()
                raise ValueError(f"status {response.status_code}")
            total = length(response)
            if response.status_code == 200:
                start = 0
                part.unlink(missing_ok=True)
                etag.unlink(missing_ok=True)
                if (tag := response.headers.get("ETag", "")).startswith('"'):
                    etag.write_text(tag)
            elif not fits(response, start, etag.read_text()):
                etag.unlink()
                raise ValueError("another part of the file than was asked for")
            else:
                total = int(response.headers["Content-Range"].partition("/")[2])
            with part.open("ab") as file:
                async for chunk in response.aiter_bytes():
                    file.write(chunk)
                    start += len(chunk)
                    progress(start, total)
    if total not in (None, start):
        raise ValueError(f"{start} of {total} bytes")
    part.replace(target)
    etag.unlink(missing_ok=True)


def fits(response, start, etag):
    begins = response.headers.get("Content-Range", "").startswith(f"bytes {start}")
    return begins and response.headers.get("ETag") == etag


def length(response):
    value = response.headers.get("Content-Length")
    return None if value is None else int(value)
