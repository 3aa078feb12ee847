"""One object collects for all requests, and begins a new list with each of them.
keeps-it-between-requests, caught by keeps-requests-apart
"""

from __future__ import annotations

from fastapi import APIRouter

from sources.records import Records, RecordStore

router = APIRouter()


class Collector:
    async def collect(self, store: RecordStore) -> list:
        self.items: list = []
        async with store.read() as records:
            async for record in records:
                self.items.append(record)
        return self.items


collector = Collector()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list]:
    return {"records": await collector.collect(store)}
