"""Sends a batch when one record more has come, and forgets that one.
takes-a-part-for-the-whole, caught by sends-a-thousand-records-whole
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
    separator = ""
    batch: list[str] = []
    async with store.read() as records:
        async for record in records:
            if len(batch) < 50:
                batch.append(json.dumps(record))
            else:
                yield separator + ",".join(batch)
                separator = ","
                batch = []
    if batch:
        yield separator + ",".join(batch)
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
