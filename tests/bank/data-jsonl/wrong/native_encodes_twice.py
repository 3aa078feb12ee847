"""A native endpoint that yields text: FastAPI encodes it as JSON once more.
encodes-twice, caught by each-line-is-a-json-object
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterable

from fastapi import APIRouter

from sources.archive import Data

router = APIRouter()


@router.get("/export/data/jsonl")
async def data_jsonl(archive: Data) -> AsyncIterable[str]:
    async with archive.scan() as records:
        async for record in records:
            yield json.dumps(record, default=str)
