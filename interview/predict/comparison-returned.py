from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list[Any]]:
    async with store.read() as records:
        return {"records": [record async for record in records]}
