"""Opens the store by hand, and never closes it.
never-releases, caught by leaves-nothing-behind
"""

from __future__ import annotations

from fastapi import APIRouter

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list]:
    records = await store.read().__aenter__()
    return {"records": [record async for record in records]}
