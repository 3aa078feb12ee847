"""Gives up after half a second, in which the store has read half of its records.
gives-up-too-soon, caught by waits-for-a-slow-store
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()


async def generate(store: RecordStore) -> AsyncIterator[str]:
    deadline = time.monotonic() + 0.5
    yield '{"records": ['
    separator = ""
    async with store.read() as records:
        async for record in records:
            if time.monotonic() > deadline:
                raise TimeoutError("the record store is too slow")
            yield separator + json.dumps(record)
            separator = ","
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
