"""A lock around the reading makes every client wait for the one before.
serves-one-at-a-time, caught by serves-others-meanwhile
"""

from __future__ import annotations

import asyncio

from fastapi import APIRouter

from sources.records import Records

router = APIRouter()

lock = asyncio.Lock()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list]:
    async with lock, store.read() as records:
        return {"records": [record async for record in records]}
