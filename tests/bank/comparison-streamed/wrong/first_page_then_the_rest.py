"""Sends the first hundred records as they come, and all the others together.
sends-in-batches, caught by streams
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()


async def generate(store: RecordStore) -> AsyncIterator[str]:
    yield '{"records": ['
    rest: list[str] = []
    async with store.read() as records:
        async for record in records:
            text = ("," if record["id"] > 1 else "") + json.dumps(record)
            if record["id"] <= 100:
                yield text
            else:
                rest.append(text)
    yield "".join(rest) + "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
