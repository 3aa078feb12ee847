"""Collects the records in the endpoint, and yields them from the list.
collects-then-yields, caught by streams
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Record, Records

router = APIRouter()


def generate(items: list[Record]) -> Iterator[str]:
    yield '{"records": ['
    for i, item in enumerate(items):
        if i:
            yield ","
        yield json.dumps(item)
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    items = []
    async with store.read() as records:
        async for record in records:
            items.append(record)
    return StreamingResponse(generate(items), media_type="application/json")
