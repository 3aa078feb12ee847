"""Logs a failure of the store, and returns the records that it has.
passes-failure-off-as-success, caught by a-failing-store-is-an-error-status
"""

from __future__ import annotations

import logging

from fastapi import APIRouter

from sources.records import Records

router = APIRouter()
logger = logging.getLogger(__name__)


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list]:
    items: list = []
    try:
        async with store.read() as records:
            async for record in records:
                items.append(record)
    except Exception:
        logger.exception("failed to read records")
    return {"records": items}
