"""HTTP by hand with h11, and a pydantic model for each line."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from urllib.parse import urlsplit

import h11
from pydantic import BaseModel, StrictStr, ValidationError

KINDS = (b"application/x-ndjson", b"application/jsonl", b"application/x-jsonlines")


class Record(BaseModel):
    category: StrictStr


async def body(base_url):
    url = urlsplit(base_url)
    reader, writer = await asyncio.open_connection(url.hostname, url.port or 80)
    try:
        http = h11.Connection(h11.CLIENT)
        request = h11.Request(
            method="GET", target="/export/data/jsonl", headers=[("Host", url.netloc)]
        )
        writer.write(http.send(request) + http.send(h11.EndOfMessage()))
        while True:
            event = http.next_event()
            if event is h11.NEED_DATA:
                async with asyncio.timeout(60):
                    http.receive_data(await reader.read(65536))
            elif isinstance(event, h11.Response):
                kind = dict(event.headers).get(b"content-type", b"").split(b";")[0].lower()
                if event.status_code != 200 or kind not in KINDS:
                    raise RuntimeError(f"{event.status_code} {kind!r}")
            elif isinstance(event, h11.Data):
                yield bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                return
    finally:
        writer.close()


async def import_jsonl(base_url, *, report):
    counts = defaultdict(int)
    number, parts = 0, []

    def take(line):
        nonlocal number
        number += 1
        if line.strip():
            try:
                counts[Record.model_validate_json(line).category] += 1
            except ValidationError as error:
                report(number, str(error))

    data_of = body(base_url)
    try:
        async for data in data_of:
            first, *others = data.split(b"\n")
            parts.append(first)
            for other in others:
                take(b"".join(parts))
                parts = [other]
    finally:
        await data_of.aclose()
    take(b"".join(parts))
    return counts
