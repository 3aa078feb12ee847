"""Collects in a context manager of its own, and says in the 503 how many records it had read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, HTTPException

from sources.records import Records, RecordStore

router = APIRouter()


@asynccontextmanager
async def reading(store: RecordStore) -> AsyncIterator[list]:
    found: list = []
    try:
        async with store.read() as records:
            async for record in records:
                found.append(record)
    except ConnectionError as error:
        raise HTTPException(503, {"error": "store failed", "read": len(found)}) from error
    yield found


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> dict[str, list]:
    async with reading(store) as found:
        return {"records": found}
