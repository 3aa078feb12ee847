"""Sends the first ten records at once, and then batches of five without a clock.
sends-in-batches, caught by nobody-waits-for-a-batch
"""

from __future__ import annotations

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
    batch, n = [], 0
    async with archive.scan() as records:
        async for record in records:
            n += 1
            batch.append(line(record))
            if n <= 10 or len(batch) >= 5:
                yield "".join(batch)
                batch = []
        if batch:
            yield "".join(batch)


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    return StreamingResponse(generate(archive), media_type="application/x-ndjson", headers=HEADERS)
