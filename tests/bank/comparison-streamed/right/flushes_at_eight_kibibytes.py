"""Sends whenever eight kibibytes have come together, the size of a usual buffer."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()


async def generate(store: RecordStore) -> AsyncIterator[bytes]:
    buffer = bytearray(b'{"records": [')
    separator = b""
    async with store.read() as records:
        async for record in records:
            buffer += separator + json.dumps(record).encode()
            separator = b","
            if len(buffer) >= io.DEFAULT_BUFFER_SIZE:
                yield bytes(buffer)
                buffer.clear()
    yield bytes(buffer) + b"]}"


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
