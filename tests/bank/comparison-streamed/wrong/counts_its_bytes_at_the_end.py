"""Every chunk is kept until the end, when their sizes are summed up for the log.
keeps-what-it-sent, caught by memory-does-not-grow
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()
logger = logging.getLogger(__name__)


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(document(store), media_type="application/json")


async def document(store: RecordStore) -> AsyncIterator[bytes]:
    chunks = [b'{"records": [']
    yield chunks[0]
    async with store.read() as records:
        async for record in records:
            comma = b"," if len(chunks) > 1 else b""
            chunks.append(comma + json.dumps(record).encode())
            yield chunks[-1]
    yield b"]}"
    logger.info("sent %d records, %d bytes", len(chunks) - 1, sum(map(len, chunks)) + 2)
