"""Doubles its batches, for an early first byte, up to a hundred records."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()


async def generate(store: RecordStore) -> AsyncIterator[str]:
    yield '{"records": ['
    size = 1
    batch: list[str] = []
    separator = ""
    async with store.read() as records:
        async for record in records:
            batch.append(json.dumps(record))
            if len(batch) == size:
                yield separator + ",".join(batch)
                separator, batch = ",", []
                size = min(size * 2, 100)
    if batch:
        yield separator + ",".join(batch)
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
