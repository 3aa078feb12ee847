"""A StreamingResponse for a few bytes that are known at once.
streams-what-is-small, caught by is-not-streamed
"""

import json
from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

router = APIRouter()


@router.get("/health")
async def health() -> StreamingResponse:
    async def body():
        yield json.dumps({"status": "healthy", "timestamp": datetime.now(UTC).isoformat()})

    return StreamingResponse(body(), media_type="application/json")
