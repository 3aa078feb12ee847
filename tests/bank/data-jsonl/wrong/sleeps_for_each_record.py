"""Sleeps for a moment behind each record.
adds-its-own-delay, caught by sends-a-large-archive-whole
"""

from __future__ import annotations

import asyncio
import json
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.archive import Data

router = APIRouter()
HEADERS = {"Content-Disposition": 'attachment; filename="data.jsonl"'}


def line(record) -> str:
    return json.dumps(record, default=datetime.isoformat) + "\n"


async def generate(archive):
    async with archive.scan() as records:
        async for record in records:
            yield line(record)
            await asyncio.sleep(0.01)


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    return StreamingResponse(generate(archive), media_type="application/x-ndjson", headers=HEADERS)
