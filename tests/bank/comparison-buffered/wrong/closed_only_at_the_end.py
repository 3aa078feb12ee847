"""Closes the store after the last record, but not in a finally.
never-releases, caught by gives-the-store-back-when-a-read-fails
"""

from __future__ import annotations

from fastapi import APIRouter

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list]:
    reading = store.read()
    records = await reading.__aenter__()
    items = [record async for record in records]
    await reading.__aexit__(None, None, None)
    return {"records": items}
