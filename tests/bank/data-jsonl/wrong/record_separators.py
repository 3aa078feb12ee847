"""Puts a record separator in front of each line, which is another format (RFC 7464).
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


def to_line(record) -> str:
    return json.dumps(record, default=datetime.isoformat) + "\n"


async def lines(archive: Archive) -> AsyncIterator[str]:
    async with archive.scan() as records:
        async for record in records:
            yield "\x1e" + to_line(record)


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    return StreamingResponse(
        lines(archive),
        media_type="application/x-ndjson",
        headers={"Content-Disposition": 'attachment; filename="data.jsonl"'},
    )
