"""Collects in a list of the module, which each request clears for all the others, too.
keeps-it-between-requests, caught by keeps-requests-apart
"""

from __future__ import annotations

from fastapi import APIRouter

from sources.records import Records

router = APIRouter()
collected: list = []


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list]:
    collected.clear()
    async with store.read() as records:
        async for record in records:
            collected.append(record)
    return {"records": collected}
