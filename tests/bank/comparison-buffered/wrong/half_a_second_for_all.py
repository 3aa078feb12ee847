"""Gives up after half a second, in which the store has read half of its records.
gives-up-too-soon, caught by waits-for-a-slow-store
"""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, HTTPException

from sources.records import Records, RecordStore

router = APIRouter()


async def collect(store: RecordStore) -> list:
    async with store.read() as records:
        return [record async for record in records]


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list]:
    try:
        return {"records": await asyncio.wait_for(collect(store), timeout=0.5)}
    except TimeoutError as error:
        raise HTTPException(504, "the record store is too slow") from error
