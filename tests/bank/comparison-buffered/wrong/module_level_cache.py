"""Keeps the first document for ever, to spare the store.
keeps-it-between-requests, caught by reads-the-store-for-each-request
"""

from __future__ import annotations

from fastapi import APIRouter

from sources.records import Record, Records

router = APIRouter()

_cache: list[Record] = []


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list[Record]]:
    if not _cache:
        async with store.read() as records:
            fresh = [record async for record in records]
        _cache.extend(fresh)
    return {"records": _cache}
