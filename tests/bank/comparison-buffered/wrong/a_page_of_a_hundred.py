"""Has a limit with a default, as pages have.
takes-a-part-for-the-whole, caught by sends-a-thousand-records-whole
"""

from __future__ import annotations

from fastapi import APIRouter

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records, limit: int = 100) -> dict[str, list]:
    items: list = []
    async with store.read() as records:
        async for record in records:
            if len(items) >= limit:
                break
            items.append(record)
    return {"records": items}
