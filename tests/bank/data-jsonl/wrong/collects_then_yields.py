"""Reads all records into a list, and sends them then.
collects-then-yields, caught by nobody-waits-for-a-batch
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


async def lines(records: list) -> AsyncIterator[str]:
    for record in records:
        yield to_line(record)


async def read(archive: Archive) -> list:
    async with archive.scan() as records:
        return [record async for record in records]


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    return StreamingResponse(lines(await read(archive)), media_type="application/x-ndjson")
