"""Stops after as many records as there are today.
takes-a-part-for-the-whole, caught by sends-a-thousand-records-whole
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()
MOST = 1000


async def generate(store: RecordStore) -> AsyncIterator[str]:
    yield '{"records": ['
    separator = ""
    async with store.read() as records:
        async for record in records:
            yield separator + json.dumps(record)
            separator = ","
            if record["id"] == MOST:
                break
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
