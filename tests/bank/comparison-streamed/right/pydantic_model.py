"""Each record passes through a model, which writes the timestamp in its own form."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from sources.records import Records, RecordStore

router = APIRouter()


class RecordOut(BaseModel):
    id: int
    data: str
    timestamp: datetime


async def generate(store: RecordStore) -> AsyncIterator[str]:
    async with store.read() as records:
        yield '{"records":['
        first = True
        async for record in records:
            if not first:
                yield ","
            first = False
            yield RecordOut.model_validate(record).model_dump_json()
        yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
