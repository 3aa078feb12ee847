"""Reports a failure in the document, with status 200.
passes-failure-off-as-success, caught by a-failing-store-is-an-error-status
"""

from __future__ import annotations

from fastapi import APIRouter

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict:
    items: list = []
    error = None
    try:
        async with store.read() as records:
            async for record in records:
                items.append(record)
    except Exception as e:
        error = str(e)
    return {"records": items, "error": error}
