"""Flushes by a timeout around the read, which cancels it and so ends the scan.
heartbeat-cancels-the-read, caught by nobody-waits-for-a-batch
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
        batch = []
        while True:
            try:
                record = await asyncio.wait_for(anext(records), 0.5)
            except StopAsyncIteration:
                break
            except asyncio.TimeoutError:
                if batch:
                    yield "".join(batch)
                    batch = []
                continue
            batch.append(line(record))
            if len(batch) == 100:
                yield "".join(batch)
                batch = []
        if batch:
            yield "".join(batch)


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> StreamingResponse:
    return StreamingResponse(generate(archive), media_type="application/x-ndjson", headers=HEADERS)
