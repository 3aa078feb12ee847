"""Sends whenever four kibibytes have come together, or a quarter of a second is over."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()
SIZE = 4096
PATIENCE = 0.25  # seconds


async def generate(store: RecordStore) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    pending = bytearray(b'{"records":[')
    sent = loop.time()
    separator = b""
    async with store.read() as records:
        async for record in records:
            pending += separator + json.dumps(record).encode()
            separator = b","
            if len(pending) >= SIZE or loop.time() - sent >= PATIENCE:
                yield bytes(pending)
                pending.clear()
                sent = loop.time()
    yield bytes(pending) + b"]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
