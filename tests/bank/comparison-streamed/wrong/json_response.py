"""Collects everything in a JSONResponse.
collects-then-yields, caught by streams
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> JSONResponse:
    async with store.read() as records:
        return JSONResponse({"records": [record async for record in records]})
