"""Reads the store twice: to know which record is the last, and then to send them.
collects-then-yields, caught by streams
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()


async def generate(store: RecordStore) -> AsyncIterator[str]:
    total = 0
    async with store.read() as records:
        async for _ in records:
            total += 1
    yield '{"records": ['
    async with store.read() as records:
        async for record in records:
            yield json.dumps(record) + ("," if record["id"] < total else "")
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
