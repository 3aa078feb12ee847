"""Batches of a hundred, and a clock that sends what there is after a fifth of a second."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.archive import Archive, Data

router = APIRouter()


def to_line(record) -> str:
    return json.dumps(record, default=datetime.isoformat) + "\n"


async def batches(records, *, size: int, seconds: float):
    """Lists of records: full ones, or what there is when so much time has passed."""
    loop = asyncio.get_running_loop()
    reading = None
    batch: list = []
    due = 0.0
    try:
        while True:
            reading = reading or asyncio.ensure_future(anext(records, None))
            timeout = max(due - loop.time(), 0) if batch else None
            await asyncio.wait([reading], timeout=timeout)
            if not reading.done():
                yield batch
                batch = []
                continue
            record, reading = reading.result(), None
            if record is None:
                break
            due = due if batch else loop.time() + seconds
            batch.append(record)
            if len(batch) == size:
                yield batch
                batch = []
        if batch:
            yield batch
    finally:
        if reading is not None:
            reading.cancel()
            await asyncio.wait([reading])


async def lines(archive: Archive) -> AsyncIterator[str]:
    async with archive.scan() as records, aclosing(batches(records, size=100, seconds=0.2)) as full:
        async for batch in full:
            yield "".join(map(to_line, batch))


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    return StreamingResponse(
        lines(archive),
        media_type="application/x-ndjson",
        headers={"Content-Disposition": 'attachment; filename="data.jsonl"'},
    )
