"""Keeps every chunk for a checksum at the end.
keeps-what-it-sent, caught by memory-does-not-grow
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()


async def generate(store: RecordStore) -> AsyncIterator[str]:
    sent = ['{"records": [']
    yield sent[0]
    async with store.read() as records:
        async for record in records:
            chunk = ("," if len(sent) > 1 else "") + json.dumps(record)
            sent.append(chunk)
            yield chunk
    digest = hashlib.sha256("".join(sent).encode()).hexdigest()
    yield f'], "sha256": "{digest}"}}'


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
