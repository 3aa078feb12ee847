"""Sends one record a line, as NDJSON, which is another format.
wrong-media-type, caught by starts
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
        async for record in records:
            yield json.dumps(record) + "\n"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/x-ndjson")
