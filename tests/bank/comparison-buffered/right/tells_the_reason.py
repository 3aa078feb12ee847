"""Sends the store's own error text with the 503, which is more than a client should know."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict:
    try:
        async with store.read() as records:
            items = [record async for record in records]
    except Exception as error:
        raise HTTPException(status_code=503, detail=f"could not read the records: {error}")
    return {"records": items}
