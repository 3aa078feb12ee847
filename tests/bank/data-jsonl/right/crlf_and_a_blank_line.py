"""Lines end with CR LF, and a blank one follows the last."""

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
            yield json.dumps(record, default=str, sort_keys=True)
            yield "\r\n"
    yield "\r\n"


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    return StreamingResponse(
        lines(archive),
        media_type="application/x-ndjson",
        headers={"Content-Disposition": 'attachment; filename="data.jsonl"'},
    )
