"""asyncio's StreamReader finds the lines, with its own limit of 64 KiB.
keeps-a-librarys-limit, caught by a-line-may-be-long
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter

import httpx

KINDS = {"application/x-ndjson", "application/jsonl", "application/x-jsonlines"}


async def pump(response, reader):
    try:
        async for data in response.aiter_bytes():
            reader.feed_data(data)
            await asyncio.sleep(0)
    except BaseException as error:
        reader.set_exception(error)
        raise
    reader.feed_eof()


async def import_jsonl(base_url, *, report):
    counts = Counter()
    async with httpx.AsyncClient(base_url=base_url, timeout=40) as client:
        async with client.stream("GET", "/export/data/jsonl") as response:
            if response.status_code != 200:
                raise RuntimeError(f"status {response.status_code}")
            if response.headers["content-type"].partition(";")[0].strip().lower() not in KINDS:
                raise RuntimeError("no JSON Lines")
            reader = asyncio.StreamReader()
            task = asyncio.create_task(pump(response, reader))
            try:
                number = 0
                while line := await reader.readline():
                    number += 1
                    if line.isspace():
                        continue
                    try:
                        category = json.loads(line)["category"]
                        if type(category) is not str:
                            raise TypeError(category)
                        counts[category] += 1
                    except (ValueError, TypeError, KeyError) as error:
                        report(number, repr(error))
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
    return dict(counts)
