"""Takes a store that refuses for one without records.
passes-failure-off-as-success, caught by a-store-that-is-down-is-not-empty
"""

from __future__ import annotations

from fastapi import APIRouter

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list]:
    try:
        async with store.read() as records:
            return {"records": [record async for record in records]}
    except ConnectionRefusedError:
        return {"records": []}
