"""Whether a record is the first one is a flag of the module, which each request sets.
keeps-it-between-requests, caught by keeps-requests-apart
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()
first = True


async def generate(store: RecordStore) -> AsyncIterator[str]:
    global first
    first = True
    yield '{"records": ['
    async with store.read() as records:
        async for record in records:
            if not first:
                yield ","
            first = False
            yield json.dumps(record)
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
