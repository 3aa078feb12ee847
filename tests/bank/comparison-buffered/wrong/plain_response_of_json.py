"""Leaves the media type out, so that nothing says what the body is.
wrong-media-type, caught by starts
"""

from __future__ import annotations

import json

from fastapi import APIRouter
from fastapi.responses import Response

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> Response:
    async with store.read() as records:
        items = [record async for record in records]
    return Response(content=json.dumps({"records": items}))
