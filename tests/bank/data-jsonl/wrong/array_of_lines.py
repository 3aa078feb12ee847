"""Puts brackets around the lines, and commas between them.
not-one-record-a-line, caught by each-line-is-a-json-object
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
    yield "[\n"
    first = True
    async with archive.scan() as records:
        async for record in records:
            yield ("" if first else ",\n") + json.dumps(record, default=datetime.isoformat)
            first = False
    yield "\n]\n"


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    return StreamingResponse(
        lines(archive),
        media_type="application/x-ndjson",
        headers={"Content-Disposition": 'attachment; filename="data.jsonl"'},
    )
