"""Stops after five hundred records.
takes-a-part-for-the-whole, caught by sends-a-thousand-records-whole
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()

MAX_RECORDS = 500


async def generate(store: RecordStore) -> AsyncIterator[str]:
    yield '{"records": ['
    count = 0
    async with store.read() as records:
        async for record in records:
            if count >= MAX_RECORDS:
                break
            yield ("," if count else "") + json.dumps(record)
            count += 1
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
