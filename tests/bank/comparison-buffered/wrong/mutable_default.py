"""A list as default argument grows with each request.
keeps-it-between-requests, caught by reads-the-store-for-each-request
"""

from __future__ import annotations

from fastapi import APIRouter

from sources.records import Record, Records, RecordStore

router = APIRouter()


async def collect(store: RecordStore, into: list[Record] = []) -> list[Record]:
    async with store.read() as records:
        async for record in records:
            into.append(record)
    return into


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list[Record]]:
    return {"records": await collect(store)}
