"""A native endpoint without an annotation, whose records are encoded as they are."""

from __future__ import annotations

from fastapi import APIRouter

from sources.archive import Data

router = APIRouter()


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data):
    async with archive.scan() as records:
        async for record in records:
            yield record
