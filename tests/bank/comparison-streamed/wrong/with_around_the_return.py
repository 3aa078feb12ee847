"""The block that holds the store open is over when the stream is read.
releases-too-early, caught by sends-every-record-once
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Record, Records

router = APIRouter()


async def generate(records: AsyncIterator[Record]) -> AsyncIterator[str]:
    yield '{"records": ['
    separator = ""
    async for record in records:
        yield separator + json.dumps(record)
        separator = ","
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    async with store.read() as records:
        return StreamingResponse(generate(records), media_type="application/json")
