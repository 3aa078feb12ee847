"""Gives JSONResponse a text that is JSON already.
encodes-twice, caught by is-the-document
"""

from __future__ import annotations

import json

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> JSONResponse:
    async with store.read() as records:
        items = [record async for record in records]
    content = json.dumps({"records": items})
    return JSONResponse(content=content)
