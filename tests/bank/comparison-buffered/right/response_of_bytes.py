"""Encodes the document itself, indented and with plain Unicode, and counts beside the records."""

from __future__ import annotations

import json

from fastapi import APIRouter
from fastapi.responses import Response

from sources.records import Records

router = APIRouter()


@router.get("/demo/comparison/buffered")
async def comparison_buffered(store: Records) -> Response:
    async with store.read() as records:
        items = [dict(record) async for record in records]
    document = {"count": len(items), "records": items}
    body = json.dumps(document, ensure_ascii=False, indent=2).encode()
    return Response(body, media_type="application/json; charset=utf-8")
