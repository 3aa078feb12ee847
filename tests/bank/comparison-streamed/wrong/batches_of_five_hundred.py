"""Sends five hundred records at a time, which is half of them.
sends-in-batches, caught by streams
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()

BATCH_SIZE = 500


async def generate(store: RecordStore) -> AsyncIterator[str]:
    prefix, batch = '{"records": [', []
    async with store.read() as records:
        async for record in records:
            batch.append(json.dumps(record))
            if len(batch) >= BATCH_SIZE:
                yield prefix + ",".join(batch)
                prefix, batch = ",", []
    if batch:
        yield prefix + ",".join(batch)
        prefix = ","
    yield "]}" if prefix == "," else prefix + "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
