"""Lines are joined by LF as long as quotes are open, whatever their ends were.
splits-csv-by-hand, caught by quotes
"""

from __future__ import annotations

import csv

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
            header, record = None, ""
            async for line in response.aiter_lines():
                record += line
                if record.count('"') % 2:
                    record += "\n"
                    continue
                fields = next(csv.reader([record]))
                record = ""
                if header is None:
                    header = fields
                else:
                    yield dict(zip(header, fields, strict=True))
