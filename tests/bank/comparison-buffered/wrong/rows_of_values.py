"""Sends each record as a list of its values.
another-shape, caught by is-the-document
"""

from __future__ import annotations

from fastapi import APIRouter

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list]:
    rows = []
    async with store.read() as records:
        async for record in records:
            rows.append(list(record.values()))
    return {"records": rows}
