"""Collects everything, but inside the generator, when status 200 has gone.
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
    async with store.read() as records:
        items = [record async for record in records]
    yield json.dumps({"records": items})


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
