"""Tries again a few times, each time with an empty list, and waits longer before each one."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, HTTPException

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list]:
    for attempt in range(3):
        try:
            async with store.read() as records:
                return {"records": [record async for record in records]}
        except ConnectionError:
            await asyncio.sleep(0.2 * 2**attempt)
    raise HTTPException(503, "the record store cannot be read")
