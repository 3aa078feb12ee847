"""Collects the records, and then streams them from the list.
streams-what-is-small, caught by says-how-long-it-is
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
        yield ("," if i else "") + json.dumps(item)
    yield "]}"


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> StreamingResponse:
    async with store.read() as records:
        items = [record async for record in records]
    return StreamingResponse(generate(items), media_type="application/json")
