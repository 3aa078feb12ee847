"""Sends a hundred lines at a time, and the last ones at the end.
sends-in-batches, caught by nobody-waits-for-a-batch
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.archive import Archive, Data

router = APIRouter()


def to_line(record) -> str:
    return json.dumps(record, default=datetime.isoformat) + "\n"


BATCH = 100


async def lines(archive: Archive) -> AsyncIterator[str]:
    batch: list[str] = []
    async with archive.scan() as records:
        async for record in records:
            batch.append(to_line(record))
            if len(batch) == BATCH:
                yield "".join(batch)
                batch = []
    if batch:
        yield "".join(batch)


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    return StreamingResponse(
        lines(archive),
        media_type="application/x-ndjson",
        headers={"Content-Disposition": 'attachment; filename="data.jsonl"'},
    )
