"""Indents, and lets the encoder cut each record into many little chunks."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()
ENCODER = json.JSONEncoder(indent=2, ensure_ascii=False)


async def generate(store: RecordStore) -> AsyncIterator[bytes]:
    count = 0
    yield b'{\n"records": [\n'
    async with store.read() as records:
        async for record in records:
            if count:
                yield b",\n"
            for part in ENCODER.iterencode(record):
                yield part.encode()
            count += 1
    yield b"\n],\n"
    yield f'"count": {count}\n}}\n'.encode()


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
