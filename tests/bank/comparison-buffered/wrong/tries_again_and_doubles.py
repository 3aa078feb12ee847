"""Tries again after a failure, and keeps what the first attempt has collected.
takes-a-part-for-the-whole, caught by a-second-attempt-sends-no-record-twice
"""

from __future__ import annotations

from fastapi import APIRouter, HTTPException

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list]:
    collected = []
    for _ in range(3):
        try:
            async with store.read() as records:
                async for record in records:
                    collected.append(record)
        except ConnectionError:
            continue
        return {"records": collected}
    raise HTTPException(503, "the record store cannot be read")
