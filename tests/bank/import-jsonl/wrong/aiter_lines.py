"""Lines are split by httpx, at U+2028 and U+0085, too.
splits-lines-like-python, caught by only-lf-ends-a-line
"""

from __future__ import annotations

import json
from collections import Counter

import httpx

TIMEOUT = httpx.Timeout(10, read=60)
KINDS = ("application/x-ndjson", "application/jsonl", "application/x-jsonlines")


async def import_jsonl(base_url, *, report):
    counts = Counter()
    number = 0

    def take(line):
        nonlocal number
        number += 1
        if not line.strip():
            return
        try:
            record = json.loads(line)
            if not isinstance(record, dict) or not isinstance(record.get("category"), str):
                raise ValueError("no category")
        except ValueError as error:
            report(number, repr(error))
        else:
            counts[record["category"]] += 1

    async with httpx.AsyncClient(base_url=base_url, timeout=TIMEOUT) as client:
        async with client.stream("GET", "/export/data/jsonl") as response:
            response.raise_for_status()
            if response.headers.get("content-type", "").split(";")[0].lower() not in KINDS:
                raise ValueError("no JSON Lines")
            async for line in response.aiter_lines():
                take(line)
    return counts
