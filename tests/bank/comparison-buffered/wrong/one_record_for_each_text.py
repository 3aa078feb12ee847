"""Keeps the records by their data, so that of two with the same text one is lost.
takes-a-part-for-the-whole, caught by sends-every-record-once
"""

from __future__ import annotations

from fastapi import APIRouter

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list]:
    async with store.read() as records:
        found = {record["data"]: record async for record in records}
    return {"records": list(found.values())}
