"""Answers HEAD too, and reads the whole archive for nobody."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.archive import Archive, Data

router = APIRouter()


async def lines(archive: Archive) -> AsyncIterator[bytes]:
    async with archive.scan() as records:
        async for record in records:
            text = json.dumps(record, default=datetime.isoformat, ensure_ascii=False)
            yield text.encode("utf-8") + b"\n"


@router.api_route("/export/data/jsonl", methods=["GET", "HEAD"])
async def data_jsonl(archive: Data) -> StreamingResponse:
    return StreamingResponse(
        lines(archive),
        media_type="application/x-ndjson",
        headers={"Content-Disposition": 'attachment; filename="data.jsonl"'},
    )
