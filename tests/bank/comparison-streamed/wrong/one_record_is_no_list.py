"""Sends a single record as an object, and not as a list of one.
another-shape, caught by one-record-is-a-list-of-one
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
        first = await anext(records, None)
        second = await anext(records, None)
        if first is None:
            yield '{"records": []}'
        elif second is None:
            yield json.dumps({"records": first})
        else:
            yield '{"records": [' + json.dumps(first) + "," + json.dumps(second)
            async for record in records:
                yield "," + json.dumps(record)
            yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
