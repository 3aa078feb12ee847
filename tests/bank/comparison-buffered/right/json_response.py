"""A JSONResponse of its own, which passes FastAPI's encoder by."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> JSONResponse:
    items = []
    async with store.read() as records:
        async for record in records:
            items.append(record)
    return JSONResponse({"records": items})
