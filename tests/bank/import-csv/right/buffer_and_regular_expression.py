"""Whole records are found in the buffer by a regular expression."""

from __future__ import annotations

import csv
import re
from codecs import getincrementaldecoder
from collections.abc import AsyncIterator

import httpx

RECORD = re.compile(r'[^"\n]*(?:"[^"]*"[^"\n]*)*\n')
TIMEOUT = httpx.Timeout(10, read=60)
LONGEST = 16 << 20  # characters of a field; the csv module's own limit is 128 KiB


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
    buffer = ""
    async for text in _texts(response):
        buffer += text
        while found := RECORD.match(buffer):
            buffer = buffer[found.end() :]
            if found[0].strip("\r\n"):
                yield found[0]
    if buffer.count('"') % 2:
        raise ValueError("the export ended inside of a quoted field")
    if buffer:
        yield buffer


async def _texts(response: httpx.Response) -> AsyncIterator[str]:
    # utf-8-sig leaves out a byte order mark. Not aiter_lines, which drops the line ends, and so
    # those inside of quotes, and cuts at U+2028 as well.
    decoder = getincrementaldecoder("utf-8-sig")()
    async for data in response.aiter_bytes():
        yield decoder.decode(data)
    yield decoder.decode(b"", final=True)
