"""Takes an empty category for none.
takes-a-part-for-the-whole, caught by counts-by-category
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator, Callable

import httpx

LONGEST = 1 << 20  # bytes of a line: one without an end would fill the memory
TIMEOUT = httpx.Timeout(10, read=60)
JSON_LINES = ("application/x-ndjson", "application/jsonl", "application/x-jsonlines")


async def import_jsonl(base_url: str, *, report: Callable[[int, str], None]) -> dict[str, int]:
    counts: Counter[str] = Counter()
    number = 0
    async with (
        httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client,
        client.stream("GET", "/export/data/jsonl") as response,
    ):
        response.raise_for_status()
        media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if media_type not in JSON_LINES:
            raise ValueError(f"not JSON Lines: {media_type or 'no Content-Type'}")
        async for line in _lines(response):
            number += 1
            if line is None:
                report(number, f"more than {LONGEST:,} bytes")
                continue
            if not line.strip():
                continue
            try:
                counts[_category(line)] += 1
            except (ValueError, RecursionError) as error:
                report(number, str(error))
    return dict(counts)


async def _lines(response: httpx.Response) -> AsyncIterator[bytes | None]:
    """Each line, or None for one that is too long to be held."""
    # Of bytes: no byte of a character of several is a line feed, so nothing is cut in two, and
    # what is no UTF-8 spoils its own line only.
    parts: list[bytes] = []  # of the line that has begun
    size = 0  # bytes of it
    async for data in response.aiter_bytes():
        *ended, rest = data.split(b"\n")
        for line in ended:
            yield b"".join([*parts, line]) if size <= LONGEST else None
            parts, size = [], 0
        size += len(rest)
        if size <= LONGEST:
            parts.append(rest)
        else:
            parts.clear()
    if size:
        yield b"".join(parts) if size <= LONGEST else None


def _category(line: bytes) -> str:
    record = json.loads(line.decode(), parse_constant=_refuse)
    match record:
        case {"category": str(category)} if category:
            return category
    raise ValueError("no object with a category")


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")
