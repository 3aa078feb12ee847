"""A busy server is asked three times, with pauses of its own, before the caller is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import anyio
import httpx

Progress = Callable[[int, int | None], None]  # bytes received so far, and in total

TIMEOUT = httpx.Timeout(10, read=60)
# Of a compressed body Content-Length is the compressed size, and a range would be one of that.
HEADERS = {"Accept-Encoding": "identity"}


async def ask(client, *args, **named):
    """A response whose status is not that of a busy server, if three times are enough."""
    for pause in (0.1, 0.2, None):
        response = await client.send(client.build_request(*args, **named), stream=True)
        if response.status_code != 503 or pause is None:
            return response
        await response.aclose()
        await asyncio.sleep(pause)


async def fetch_large_file(base_url: str, target: Path, progress: Progress) -> None:
    part = target.with_name(f"{target.name}.part")
    version = target.with_name(f"{target.name}.part.etag")  # the ETag of what is in `part`
    had, etag = _left_over(part, version)
    conditions = {"Range": f"bytes={had}-", "If-Range": etag} if had else {}
    async with (
        httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client,
        aclosing(
            await ask(client, "GET", "/download/large-file", headers=HEADERS | conditions)
        ) as response,
    ):
        if response.status_code in (httpx.codes.PARTIAL_CONTENT, 416):
            _check_range(response, had, version)
        elif response.status_code == httpx.codes.OK:
            had = 0  # the whole file: it has changed, or this server knows no ranges
        else:
            response.raise_for_status()
            raise ValueError(f"no file: status {response.status_code}")
        if not had:
            _remember(version, response.headers.get("ETag", ""))
        total = _size_of_file(response)
        async with await anyio.open_file(part, "ab" if had else "wb") as file:
            received = had
            progress(received, total)
            async for data in response.aiter_raw():
                await file.write(data)
                received += len(data)
                progress(received, total)
    # httpx finds a body that is shorter than its Content-Length. A range may end too early.
    if total is not None and received != total:
        raise ValueError(f"{received} of {total} bytes")
    part.replace(target)
    version.unlink(missing_ok=True)


def _left_over(part: Path, version: Path) -> tuple[int, str]:
    """How much of which version an earlier call has left: nothing, if it cannot be told."""
    if not part.exists() or not version.exists():
        return 0, ""
    return part.stat().st_size, version.read_text()


def _remember(version: Path, etag: str) -> None:
    version.unlink(missing_ok=True)
    if etag.startswith('"'):  # If-Range takes no weak validator (RFC 9110, 13.1.5)
        version.write_text(etag)


def _check_range(response: httpx.Response, had: int, version: Path) -> None:
    """The body goes on where the part ends. If not, the next call starts again."""
    begins = response.headers.get("Content-Range", "").startswith(f"bytes {had}-")
    etag = response.headers.get("ETag")
    if response.is_error or not begins or etag not in (None, version.read_text()):
        version.unlink(missing_ok=True)
        raise ValueError(f"not the rest of the file: status {response.status_code}")


def _size_of_file(response: httpx.Response) -> int | None:
    """The size of the whole file, where the response tells it (RFC 9110, 8.6 and 14.4)."""
    told = response.headers.get("Content-Range", "").rpartition("/")[2]
    size = told or response.headers.get("Content-Length", "")
    return int(size) if size.isdecimal() else None
