"""Sends a finished body through StreamingResponse, with the length that it has."""

from __future__ import annotations

import json

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.records import Records

router = APIRouter()

PIECE = 64 * 1024


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> StreamingResponse:
    async with store.read() as records:
        body = json.dumps({"records": [record async for record in records]}).encode()
    pieces = (body[start : start + PIECE] for start in range(0, len(body), PIECE))
    return StreamingResponse(
        pieces,
        media_type="application/json",
        headers={"Content-Length": str(len(body))},
    )
