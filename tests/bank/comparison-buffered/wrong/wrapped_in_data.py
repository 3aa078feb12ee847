"""Wraps the document in an envelope of its own.
another-shape, caught by is-the-document
"""

from __future__ import annotations

from fastapi import APIRouter

from sources.records import Records

router = APIRouter()


def success(data: dict) -> dict:
    return {"success": True, "data": data}


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict:
    async with store.read() as records:
        items = [record async for record in records]
    return success({"records": items, "total": len(items)})
