"""Tries again after a failure, and sends what was sent before once more.
takes-a-part-for-the-whole, caught by a-second-attempt-sends-no-record-twice
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
    for attempt in range(3):
        try:
            async with store.read() as records:
                async for record in records:
                    yield separator + json.dumps(record)
                    separator = ","
            break
        except ConnectionError:
            if attempt == 2:
                raise
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
