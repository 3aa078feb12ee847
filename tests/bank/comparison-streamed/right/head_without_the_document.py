"""Answers HEAD with 204, so as not to read the store for it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()


@router.head("/demo/comparison/streamed")
async def comparison_streamed_head() -> Response:
    return Response(status_code=204)


async def generate(store: RecordStore) -> AsyncIterator[str]:
    yield '{"records": ['
    async with store.read() as records:
        separator = ""
        async for record in records:
            yield separator + json.dumps(record)
            separator = ","
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
