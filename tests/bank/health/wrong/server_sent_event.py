"""The health is sent as a server-sent event.
wrong-media-type, caught by starts
"""

import json
from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

router = APIRouter()


@router.get("/health")
async def health() -> StreamingResponse:
    async def events():
        now = datetime.now(UTC).isoformat()
        yield f"data: {json.dumps({'status': 'healthy', 'timestamp': now})}\n\n"

    return StreamingResponse(events(), media_type="text/event-stream")
