"""Drops the offset of the dates, which are in UTC."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.archive import Archive, Data

router = APIRouter()


async def lines(archive: Archive) -> AsyncIterator[str]:
    async with archive.scan() as records:
        async for record in records:
            created = record["created_at"].replace(tzinfo=None).isoformat()
            yield json.dumps({**record, "created_at": created}) + "\n"


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    return StreamingResponse(
        lines(archive),
        media_type="application/x-ndjson",
        headers={"Content-Disposition": 'attachment; filename="data.jsonl"'},
    )
