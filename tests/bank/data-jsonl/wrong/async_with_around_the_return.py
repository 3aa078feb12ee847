"""Opens the scan around the return, so it is closed before the response reads it.
releases-too-early, caught by sends-every-record-once
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.archive import Data

router = APIRouter()


def to_line(record) -> str:
    return json.dumps(record, default=datetime.isoformat) + "\n"


async def lines(records) -> AsyncIterator[str]:
    async for record in records:
        yield to_line(record)


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    async with archive.scan() as records:
        return StreamingResponse(lines(records), media_type="application/x-ndjson")
