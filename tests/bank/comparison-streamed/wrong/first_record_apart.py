"""Takes the first record apart, and ends in an error when there is none.
hand-made-json, caught by an-empty-store-is-an-empty-list
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()


async def generate(store: RecordStore) -> AsyncIterator[str]:
    async with store.read() as records:
        try:
            yield '{"records": [' + json.dumps(await anext(records))
        except StopAsyncIteration:
            yield '{"records": null'
            return
        async for record in records:
            yield "," + json.dumps(record)
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
