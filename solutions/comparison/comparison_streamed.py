"""Comparison, streamed: the same document, sent record by record as it is read."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()

HEADERS = {"X-Accel-Buffering": "no"}  # else nginx holds small records back until they fill a page


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(_document(store), media_type="application/json", headers=HEADERS)


async def _document(store: RecordStore) -> AsyncIterator[str]:
    async with store.read() as records:
        yield '{"records": ['
        separator = ""
        async for record in records:
            yield separator + json.dumps(record)
            separator = ","
    yield "]}"
