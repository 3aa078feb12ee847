"""One buffer serves all requests, and each of them empties it when it begins.
keeps-it-between-requests, caught by keeps-requests-apart
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records, RecordStore

router = APIRouter()
parts: list[str] = []


async def generate(store: RecordStore) -> AsyncIterator[str]:
    parts.clear()
    parts.append('{"records": [')
    separator = ""
    async with store.read() as records:
        async for record in records:
            parts.append(separator + json.dumps(record))
            separator = ","
            if len(parts) >= 20:
                yield taken()
    parts.append("]}")
    yield taken()


def taken() -> str:
    text = "".join(parts)
    parts.clear()
    return text


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> StreamingResponse:
    return StreamingResponse(generate(store), media_type="application/json")
