"""Doubles its batches, and the last ones are most of the document.
sends-in-batches, caught by streams
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
    size = 1
    batch: list[str] = []
    separator = ""
    async with store.read() as records:
        async for record in records:
            batch.append(json.dumps(record))
            if len(batch) == size:
                yield separator + ",".join(batch)
                separator, batch = ",", []
                size *= 2
    if batch:
        yield separator + ",".join(batch)
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
