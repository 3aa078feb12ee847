"""A task reads the store into a queue, from which the endpoint collects."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter

from sources.records import Record, Records, RecordStore

router = APIRouter()


async def produce(store: RecordStore, queue: asyncio.Queue[Record | None]) -> None:
    try:
        async with store.read() as records:
            async for record in records:
                await queue.put(record)
    finally:
        await queue.put(None)


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list[Record]]:
    queue: asyncio.Queue[Record | None] = asyncio.Queue()
    items = []
    async with asyncio.TaskGroup() as group:
        group.create_task(produce(store, queue))
        while (record := await queue.get()) is not None:
            items.append(record)
    return {"records": items}
