"""Returns JSON as a string, which FastAPI encodes once more.
encodes-twice, caught by is-the-document
"""

from __future__ import annotations

import json

from fastapi import APIRouter

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> str:
    async with store.read() as records:
        items = [record async for record in records]
    return json.dumps({"records": items}, indent=2)
