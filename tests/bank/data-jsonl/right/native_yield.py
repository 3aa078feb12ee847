"""The endpoint itself yields records, and FastAPI makes JSON Lines of them."""

from __future__ import annotations

from collections.abc import AsyncIterable

from fastapi import APIRouter

from sources.archive import Data, Record

router = APIRouter()


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> AsyncIterable[Record]:
    async with archive.scan() as records:
        async for record in records:
            yield record
