"""Takes a little pause after each record, with time.sleep.
blocks-the-loop, caught by loop-stays-free
"""

from __future__ import annotations

import time

from fastapi import APIRouter

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list]:
    items = []
    async with store.read() as records:
        async for record in records:
            items.append(record)
            time.sleep(0.001)  # simulate some processing
    return {"records": items}
