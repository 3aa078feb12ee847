"""A dependency opens the store, and closes it after the stream."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from sources.records import Record, Records

router = APIRouter()


async def opened(store: Records) -> AsyncIterator[AsyncIterator[Record]]:
    async with store.read() as records:
        yield records


async def generate(records: AsyncIterator[Record]) -> AsyncIterator[str]:
    yield '{"records": ['
    separator = ""
    async for record in records:
        yield separator + json.dumps(record)
        separator = ","
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(
    records: Annotated[AsyncIterator[Record], Depends(opened)],
) -> StreamingResponse:
    return StreamingResponse(generate(records), media_type="application/json")
