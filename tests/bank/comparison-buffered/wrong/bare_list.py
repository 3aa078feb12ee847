"""Returns the list itself, without the object around it.
another-shape, caught by is-the-document
"""

from __future__ import annotations

from fastapi import APIRouter

from sources.records import Record, Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> list[Record]:
    async with store.read() as records:
        return [record async for record in records]
