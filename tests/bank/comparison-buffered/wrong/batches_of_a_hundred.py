"""Streams the records in batches of a hundred.
answers-before-it-knows, caught by waits-for-the-last-record
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()

BATCH_SIZE = 100


class JSONStream(StreamingResponse):
    media_type = "application/json"


@router.get("/demo/comparison/buffered", response_class=JSONStream)
async def comparison_buffered(store: Records) -> AsyncIterator[str]:
    batch: list[str] = []
    prefix = '{"records":['
    async with store.read() as records:
        async for record in records:
            batch.append(json.dumps(record))
            if len(batch) == BATCH_SIZE:
                yield prefix + ",".join(batch)
                prefix, batch = ",", []
    if batch or prefix != ",":
        yield prefix + ",".join(batch)
    yield "]}"
