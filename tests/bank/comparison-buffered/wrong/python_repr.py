"""Sends str() of the dictionary.
repr-instead-of-json, caught by is-the-document
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> Response:
    async with store.read() as records:
        items = [record async for record in records]
    content = str({"records": items})
    return Response(content=content, media_type="application/json")
