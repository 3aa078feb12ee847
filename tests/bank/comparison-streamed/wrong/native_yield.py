"""Yields the records, which FastAPI sends as JSON Lines.
wrong-media-type, caught by starts
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter

from sources.records import Record, Records

router = APIRouter()


@router.get("/demo/comparison/streamed")
async def comparison_streamed(store: Records) -> AsyncIterator[Record]:
    async with store.read() as records:
        async for record in records:
            yield record
