"""The model strips white space from every text, so that a record differs.
takes-a-part-for-the-whole, caught by sends-every-record-once
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict

from sources.records import Records, RecordStore

router = APIRouter()


class Item(BaseModel):
    model_config = ConfigDict(str_strip_whitespace=True)

    id: int
    data: str
    timestamp: str


async def generate(store: RecordStore) -> AsyncIterator[str]:
    yield '{"records": ['
    separator = ""
    async with store.read() as records:
        async for record in records:
            yield separator + Item(**record).model_dump_json()
            separator = ","
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
