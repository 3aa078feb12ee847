"""Takes a store that refuses for one without records.
passes-failure-off-as-success, caught by a-store-that-is-down-is-not-empty
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()


async def generate(store: RecordStore) -> AsyncIterator[str]:
    separator = ""
    try:
        async with store.read() as records:
            yield '{"records": ['
            async for record in records:
                yield separator + json.dumps(record)
                separator = ","
            yield "]}"
    except ConnectionRefusedError:
        yield '{"records": []}'


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
