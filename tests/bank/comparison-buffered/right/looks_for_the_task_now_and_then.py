"""A task collects, and the endpoint looks every fifty milliseconds whether it is done."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter

from sources.records import Records, RecordStore

router = APIRouter()


async def collect(store: RecordStore) -> list:
    async with store.read() as records:
        return [record async for record in records]


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list]:
    task = asyncio.create_task(collect(store))
    while not task.done():
        await asyncio.sleep(0.05)
    return {"records": task.result()}
