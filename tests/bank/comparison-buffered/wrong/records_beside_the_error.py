"""Answers a failure with 503, and adds the records that it has.
hands-out-half, caught by an-error-holds-no-records
"""

from __future__ import annotations

from fastapi import APIRouter, HTTPException

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list]:
    collected = []
    try:
        async with store.read() as records:
            async for record in records:
                collected.append(record)
    except ConnectionError as error:
        detail = {"error": "the store failed", "records": collected}
        raise HTTPException(503, detail) from error
    return {"records": collected}
