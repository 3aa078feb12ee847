"""Catches the ReadTimeout of the body, and takes what has come for all of it.
passes-a-loss-off-as-the-end, caught by a-silence-is-no-end
"""

from __future__ import annotations

import csv
from codecs import getincrementaldecoder
from collections.abc import AsyncIterator

import httpx

TIMEOUT = httpx.Timeout(10, read=60)
LONGEST = 1 << 20  # characters of a record; the csv module's own limit is 128 KiB for a field


async def import_csv(base_url: str) -> AsyncIterator[dict[str, str]]:
    csv.field_size_limit(LONGEST)
    async with (
        httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client,
        client.stream("GET", "/export/users/csv") as response,
    ):
        response.raise_for_status()
        media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if media_type != "text/csv":
            raise ValueError(f"not CSV: {media_type or 'no Content-Type'}")
        header: list[str] = []
        number = 0
        async for record in _records(response):
            number += 1
            fields = next(csv.reader([record], strict=True))
            if not header:
                header = fields
            elif len(fields) != len(header):
                raise ValueError(f"record {number} has {len(fields)} fields, not {len(header)}")
            else:
                yield dict(zip(header, fields, strict=True))


async def _records(response: httpx.Response) -> AsyncIterator[str]:
    """The text of each record: it ends at a line feed with an even number of quotes before it."""
    parts: list[str] = []  # of the record that has begun
    held = 0  # characters of it, when all of a text has been looked at
    quoted = False
    async for text in _texts(response):
        start = 0
        while end := text.find("\n", start) + 1:
            quoted ^= text.count('"', start, end) % 2 == 1
            parts.append(text[start:end])
            start = end
            if not quoted:
                record, parts, held = "".join(parts), [], -start
                if record.strip("\r\n"):
                    yield record
        quoted ^= text.count('"', start) % 2 == 1
        parts.append(text[start:])
        held += len(text)
        if held > LONGEST:  # an opening quote that is never closed, as a rule
            raise ValueError(f"a record of more than {LONGEST:,} characters")
    if record := "".join(parts):
        if quoted:
            raise ValueError("the export ended inside of a quoted field")
        yield record


async def _texts(response: httpx.Response) -> AsyncIterator[str]:
    # utf-8-sig leaves out a byte order mark. Not aiter_lines, which drops the line ends, and so
    # those inside of quotes, and cuts at U+2028 as well.
    decoder = getincrementaldecoder("utf-8-sig")()
    try:
        async for data in response.aiter_bytes():
            yield decoder.decode(data)
    except httpx.ReadTimeout:
        pass
    yield decoder.decode(b"", final=True)
