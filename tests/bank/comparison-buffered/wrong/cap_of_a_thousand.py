"""Has a limit with a default, which is as many records as there are today.
takes-a-part-for-the-whole, caught by sends-a-thousand-records-whole
"""

from __future__ import annotations

from fastapi import APIRouter

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records, limit: int = 1000) -> dict[str, list]:
    collected = []
    async with store.read() as records:
        async for record in records:
            collected.append(record)
            if len(collected) == limit:
                break
    return {"records": collected}
