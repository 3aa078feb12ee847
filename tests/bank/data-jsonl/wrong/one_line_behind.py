"""Keeps each line until the next one comes, to leave the last line feed out.
one-behind, caught by nobody-waits-for-a-batch
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.archive import Archive, Data

router = APIRouter()


async def lines(archive: Archive) -> AsyncIterator[str]:
    previous = None
    async with archive.scan() as records:
        async for record in records:
            if previous is not None:
                yield previous + "\n"
            previous = json.dumps(record, default=datetime.isoformat)
    if previous is not None:
        yield previous


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    return StreamingResponse(
        lines(archive),
        media_type="application/x-ndjson",
        headers={"Content-Disposition": 'attachment; filename="data.jsonl"'},
    )
