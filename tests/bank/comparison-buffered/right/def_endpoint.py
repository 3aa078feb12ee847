"""A plain function, which runs in a worker thread and reads the store on the loop."""

from __future__ import annotations

from anyio import from_thread
from fastapi import APIRouter

from sources.records import Record, Records, RecordStore

router = APIRouter()


async def collect(store: RecordStore) -> list[Record]:
    async with store.read() as records:
        return [record async for record in records]


@router.get("/demo/comparison/buffered")
def comparison_buffered(store: Records) -> dict[str, list[Record]]:
    return {"records": from_thread.run(collect, store)}
