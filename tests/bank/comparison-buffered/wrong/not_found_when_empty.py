"""Answers 404 when there are no records.
takes-empty-for-missing, caught by an-empty-store-is-an-empty-list
"""

from __future__ import annotations

from fastapi import APIRouter, HTTPException

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list]:
    async with store.read() as records:
        items = [record async for record in records]
    if not items:
        raise HTTPException(status_code=404, detail="No records found")
    return {"records": items}
