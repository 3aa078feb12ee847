"""Sends the opening with the first record, which an empty store has not.
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
    first = True
    async with store.read() as records:
        async for record in records:
            yield ('{"records": [' if first else ",") + json.dumps(record)
            first = False
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
