"""Sends the JSON with the type of a web page.
wrong-media-type, caught by starts
"""

from __future__ import annotations

import json

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> HTMLResponse:
    async with store.read() as records:
        items = [record async for record in records]
    return HTMLResponse(json.dumps({"records": items}))
