"""Takes a pause of five seconds for the end of the archive.
passes-failure-off-as-success, caught by a-silence-is-not-the-end
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
        while True:
            try:
                record = await asyncio.wait_for(anext(records), timeout=5)
            except (StopAsyncIteration, asyncio.TimeoutError):
                break
            yield line(record)


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    return StreamingResponse(generate(archive), media_type="application/x-ndjson", headers=HEADERS)
