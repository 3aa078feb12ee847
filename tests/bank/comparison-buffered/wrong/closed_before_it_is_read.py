"""Reads the records after the block that holds the store open.
releases-too-early, caught by sends-every-record-once
"""

from __future__ import annotations

from fastapi import APIRouter

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list]:
    async with store.read() as records:
        items = (record async for record in records)
    return {"records": [item async for item in items]}
