"""Sets the status to 503 when a read fails, and returns what it has.
hands-out-half, caught by an-error-holds-no-records
"""

from __future__ import annotations

from fastapi import APIRouter, Response

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records, response: Response) -> dict[str, list]:
    collected = []
    try:
        async with store.read() as records:
            async for record in records:
                collected.append(record)
    except ConnectionError:
        response.status_code = 503
    return {"records": collected}
