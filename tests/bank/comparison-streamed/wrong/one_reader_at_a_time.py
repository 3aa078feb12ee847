"""A lock around the reading makes every client wait for the one before.
serves-one-at-a-time, caught by serves-others-meanwhile
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()
lock = asyncio.Lock()


async def generate(store: RecordStore) -> AsyncIterator[str]:
    yield '{"records": ['
    separator = ""
    async with lock, store.read() as records:
        async for record in records:
            yield separator + json.dumps(record)
            separator = ","
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
