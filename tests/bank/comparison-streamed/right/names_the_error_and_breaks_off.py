"""Writes a field that says what is missing, and raises, so that the body breaks off as well."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()


async def generate(store: RecordStore) -> AsyncIterator[str]:
    yield '{"records": ['
    separator = ""
    try:
        async with store.read() as records:
            async for record in records:
                yield separator + json.dumps(record)
                separator = ","
    except ConnectionError:
        yield '], "error": "the record store has failed, and records are missing"}'
        raise
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
