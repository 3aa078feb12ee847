"""Opens the store in the endpoint, and leaves it to nobody to close it.
acquires-outside-the-stream, caught by leaves-nothing-behind
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
    records = await store.read().__aenter__()
    return StreamingResponse(generate(records), media_type="application/json")
