"""Leaves fields out that are null.
takes-a-part-for-the-whole, caught by sends-every-record-once
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


async def lines(archive: Archive) -> AsyncIterator[str]:
    async with archive.scan() as records:
        async for record in records:
            yield to_line({key: value for key, value in record.items() if value is not None})


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    return StreamingResponse(
        lines(archive),
        media_type="application/x-ndjson",
        headers={"Content-Disposition": 'attachment; filename="data.jsonl"'},
    )
