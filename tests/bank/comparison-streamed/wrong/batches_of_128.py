"""Sends 128 records at a time, which is a little more than the exercise allows.
sends-in-batches, caught by streams
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()
BATCH = 128


async def generate(store: RecordStore) -> AsyncIterator[str]:
    yield '{"records": ['
    batch: list[str] = []
    separator = ""
    async with store.read() as records:
        async for record in records:
            batch.append(json.dumps(record))
            if len(batch) == BATCH:
                yield separator + ",".join(batch)
                separator, batch = ",", []
    if batch:
        yield separator + ",".join(batch)
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
