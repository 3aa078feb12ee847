"""The task that reads is not ended when the import is cancelled.
forgets-to-hang-up, caught by whoever-is-cancelled-hangs-up
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter

import httpx

KINDS = {"application/x-ndjson", "application/jsonl", "application/x-jsonlines"}


async def pump(client, reader, started):
    try:
        async with client.stream("GET", "/export/data/jsonl") as response:
            started.set_result(response)
            async for data in response.aiter_bytes():
                reader.feed_data(data)
                await asyncio.sleep(0)
        reader.feed_eof()
    except Exception as error:
        reader.set_exception(error)


async def import_jsonl(base_url, *, report):
    counts = Counter()
    client = httpx.AsyncClient(base_url=base_url, timeout=40)
    reader = asyncio.StreamReader(limit=1 << 26)
    started = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(pump(client, reader, started))
    response = await started
    if True:
        if True:
            if response.status_code != 200:
                raise RuntimeError(f"status {response.status_code}")
            if response.headers["content-type"].partition(";")[0].strip().lower() not in KINDS:
                raise RuntimeError("no JSON Lines")
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
            await task
            await client.aclose()
    return dict(counts)
