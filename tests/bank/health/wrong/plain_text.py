"""The JSON is sent as text/plain.
wrong-media-type, caught by starts
"""

import json
from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

router = APIRouter()


@router.get("/health")
async def health() -> PlainTextResponse:
    document = {"status": "healthy", "timestamp": datetime.now(UTC).isoformat()}
    return PlainTextResponse(json.dumps(document))
