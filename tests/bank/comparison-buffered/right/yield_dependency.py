"""A dependency opens the store, and closes it after the response."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends

from sources.records import Record, Records

router = APIRouter()


async def opened(store: Records) -> AsyncIterator[AsyncIterator[Record]]:
    async with store.read() as records:
        yield records


@router.get("/demo/comparison/buffered")
async def comparison_buffered(
    records: Annotated[AsyncIterator[Record], Depends(opened)],
) -> dict[str, list[Record]]:
    return {"records": [record async for record in records]}
