"""Holds each record until the next one is there, and never sends the last.
takes-a-part-for-the-whole, caught by sends-every-record-once
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
    previous = None
    separator = ""
    async with store.read() as records:
        async for record in records:
            if previous is not None:
                yield separator + json.dumps(previous)
                separator = ","
            previous = record
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
