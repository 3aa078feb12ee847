"""Sends a hundred records at a time, and says to proxies that it streams."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()
BATCH = 100
HEADERS = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}


async def generate(store: RecordStore) -> AsyncIterator[str]:
    prefix = '{"records": ['
    batch: list[str] = []
    async with store.read() as records:
        async for record in records:
            batch.append(json.dumps(record, ensure_ascii=False))
            if len(batch) == BATCH:
                yield prefix + ",".join(batch)
                prefix = ","
                batch.clear()
    if batch:
        yield prefix + ",".join(batch)
        prefix = ","
    yield "]}" if prefix == "," else '{"records": []}'


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json", headers=HEADERS)
