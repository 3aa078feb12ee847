"""Its watcher for the client is ended after a success, and looks on for ever after a failure.
ignores-the-client-leaving, caught by gives-the-store-back-when-a-read-fails
"""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request

from sources.records import Record, Records, RecordStore

router = APIRouter()


async def collect(store: RecordStore) -> list[Record]:
    async with store.read() as records:
        return [record async for record in records]


async def watch(request: Request, reading: asyncio.Task) -> None:
    while not await request.is_disconnected():
        await asyncio.sleep(0.5)
    reading.cancel()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(request: Request, store: Records) -> dict[str, list[Record]]:
    reading = asyncio.create_task(collect(store))
    watcher = asyncio.create_task(watch(request, reading))
    items = await reading
    watcher.cancel()
    return {"records": items}
