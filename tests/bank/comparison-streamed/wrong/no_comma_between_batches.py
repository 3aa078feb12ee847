"""Puts commas between the records of a batch, and none between two batches.
hand-made-json, caught by sends-a-thousand-records-whole
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()


async def generate(store: RecordStore) -> AsyncIterator[str]:
    yield '{"records": ['
    batch: list[str] = []
    async with store.read() as records:
        async for record in records:
            batch.append(json.dumps(record))
            if len(batch) == 100:
                yield ",".join(batch)
                batch = []
    if batch:
        yield ",".join(batch)
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
