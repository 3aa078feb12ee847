"""Takes records whose data is the empty text for missing ones.
takes-a-part-for-the-whole, caught by sends-every-record-once
"""

from __future__ import annotations

from fastapi import APIRouter

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list]:
    async with store.read() as records:
        return {"records": [record async for record in records if record["data"]]}
