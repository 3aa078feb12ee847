"""Reads the archive once for the whole module, and each client gets a part of it.
shares-one-stream, caught by serves-two-clients
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


_records = None


async def read(archive: Archive):
    async with archive.scan() as records:
        async for record in records:
            yield record


async def lines(archive: Archive) -> AsyncIterator[str]:
    global _records
    if _records is None:
        _records = read(archive)
    reading = _records
    async for record in reading:
        yield to_line(record)
    if _records is reading:
        _records = None


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    return StreamingResponse(
        lines(archive),
        media_type="application/x-ndjson",
        headers={"Content-Disposition": 'attachment; filename="data.jsonl"'},
    )
