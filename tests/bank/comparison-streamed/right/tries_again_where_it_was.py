"""Tries again after a failure, and leaves out what has been sent; waits longer each time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()


async def generate(store: RecordStore) -> AsyncIterator[str]:
    yield '{"records": ['
    sent = 0
    for attempt in range(4):
        try:
            async with store.read() as records:
                async for record in records:
                    if record["id"] <= sent:
                        continue
                    yield ("," if sent else "") + json.dumps(record)
                    sent = record["id"]
            break
        except ConnectionError:
            if attempt == 3:
                raise
            await asyncio.sleep(0.2 * 2**attempt)
    yield "]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
