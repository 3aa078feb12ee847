"""The endpoint itself yields text, through a response class that says what it is."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records

router = APIRouter()


class JSONStream(StreamingResponse):
    media_type = "application/json"


@router.get("/demo/comparison/streamed", response_class=JSONStream)
async def comparison_streamed(store: Records) -> AsyncIterator[str]:
    yield '{"records":['
    async with store.read() as records:
        first = True
        async for record in records:
            yield json.dumps(record) if first else "," + json.dumps(record)
            first = False
    yield "]}"
