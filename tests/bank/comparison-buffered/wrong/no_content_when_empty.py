"""Answers 204 when there are no records.
takes-empty-for-missing, caught by an-empty-store-is-an-empty-list
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> Response:
    async with store.read() as records:
        items = [record async for record in records]
    if len(items) == 0:
        return Response(status_code=204)
    return JSONResponse({"records": items})
