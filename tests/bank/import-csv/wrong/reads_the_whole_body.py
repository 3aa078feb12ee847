"""The whole body is read, and given to csv.DictReader.
reads-it-whole, caught by yields-at-once
"""

from __future__ import annotations

import csv
import io

import httpx

TIMEOUT = httpx.Timeout(10, read=60)


def check(response):
    response.raise_for_status()
    if not response.headers.get("content-type", "").lower().startswith("text/csv"):
        raise ValueError("no CSV")


async def import_csv(base_url):
    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        async with client.stream("GET", "/export/users/csv") as response:
            check(response)
            text = (await response.aread()).decode("utf-8-sig")
            for row in csv.DictReader(io.StringIO(text, newline=""), strict=True):
                if None in row or None in row.values():
                    raise ValueError("a record has the wrong number of fields")
                yield row
