"""Answers POST as it answers GET."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()


async def generate(store: RecordStore) -> AsyncIterator[str]:
    yield '{"records": ['
    async with store.read() as records:
        comma = False
        async for record in records:
            yield f"{',' if comma else ''}{json.dumps(record)}"
            comma = True
    yield "]}"


@router.api_route("/demo/comparison/streamed", methods=["GET", "POST"])
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
