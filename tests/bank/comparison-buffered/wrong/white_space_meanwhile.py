"""Sends a space with each record, so that no proxy loses patience.
answers-before-it-knows, caught by waits-for-the-last-record
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()


async def keep_alive(store: RecordStore) -> AsyncIterator[bytes]:
    items = []
    async with store.read() as records:
        async for record in records:
            items.append(record)
            yield b" "
    yield json.dumps({"records": items}).encode()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> StreamingResponse:
    return StreamingResponse(keep_alive(store), media_type="application/json")
