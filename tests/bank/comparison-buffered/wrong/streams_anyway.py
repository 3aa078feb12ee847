"""Streams the document record by record, as its sibling does.
answers-before-it-knows, caught by waits-for-the-last-record
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
    first = True
    async with store.read() as records:
        async for record in records:
            if not first:
                yield ","
            yield json.dumps(record)
            first = False
    yield "]}"


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
