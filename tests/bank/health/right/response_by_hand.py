"""Bytes and headers put together by hand, Content-Length among them."""

import json
from datetime import UTC, datetime

from fastapi import APIRouter, Response

router = APIRouter()


@router.get("/health")
async def health() -> Response:
    document = {"timestamp": datetime.now(UTC).isoformat(), "status": "healthy"}
    body = json.dumps(document, indent=2).encode() + b"\n"
    return Response(
        body,
        media_type="application/json; charset=utf-8",
        headers={"Content-Length": str(len(body)), "Cache-Control": "no-store"},
    )
