"""The counter is a default argument, which begins each import with the counts of the last one.
keeps-it-between-calls, caught by callers-are-kept-apart
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator, Callable

import httpx

TIMEOUT = httpx.Timeout(10, read=60)
JSON_LINES = ("application/x-ndjson", "application/jsonl", "application/x-jsonlines")


async def import_jsonl(
    base_url: str,
    *,
    report: Callable[[int, str], None],
    counts: Counter[str] = Counter(),  # noqa: B008
) -> dict[str, int]:
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
            if not line.strip():
                continue
            try:
                counts[_category(line)] += 1
            except (ValueError, RecursionError) as error:
                report(number, str(error))
    return dict(counts)


async def _lines(response: httpx.Response) -> AsyncIterator[bytes]:
    # Of bytes: no byte of a character of several is a line feed, so nothing is cut in two, and
    # what is no UTF-8 spoils its own line only.
    parts: list[bytes] = []  # of the line that has begun
    async for data in response.aiter_bytes():
        *ended, rest = data.split(b"\n")
        for line in ended:
            yield b"".join([*parts, line])
            parts = []
        parts.append(rest)
    if last := b"".join(parts):
        yield last


def _category(line: bytes) -> str:
    record = json.loads(line.decode(), parse_constant=_refuse)
    match record:
        case {"category": str(category)}:
            return category
    raise ValueError("no object with a category")


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is no JSON")
