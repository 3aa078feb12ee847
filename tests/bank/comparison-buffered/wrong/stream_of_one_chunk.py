"""Sends the finished body through a StreamingResponse, which tells no length.
streams-what-is-small, caught by says-how-long-it-is
"""

from __future__ import annotations

import json

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> StreamingResponse:
    async with store.read() as records:
        items = [record async for record in records]
    body = json.dumps({"records": items})
    return StreamingResponse(iter([body]), media_type="application/json")
