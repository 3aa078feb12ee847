"""Holds each record until the next one is there, to know whether a comma follows."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()


async def generate(store: RecordStore) -> AsyncIterator[str]:
    async with store.read() as records:
        yield '{"records": ['
        previous = None
        async for record in records:
            if previous is not None:
                yield json.dumps(previous) + ",\n"
            previous = record
        if previous is not None:
            yield json.dumps(previous)
    yield "]}\n"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
