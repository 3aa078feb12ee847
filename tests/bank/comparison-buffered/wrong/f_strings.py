"""Puts the records together with f-strings, which leave quotes as they are.
hand-made-json, caught by is-the-document
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> Response:
    parts = []
    async with store.read() as records:
        async for r in records:
            parts.append(
                f'{{"id": {r["id"]}, "data": "{r["data"]}", "timestamp": "{r["timestamp"]}"}}'
            )
    body = '{"records": [' + ", ".join(parts) + "]}"
    return Response(content=body, media_type="application/json")
