"""The object is written by hand, and the timestamp lacks its quotes.
hand-made-json, caught by says-that-it-is-healthy
"""

from datetime import UTC, datetime

from fastapi import APIRouter, Response

router = APIRouter()


@router.get("/health")
async def health() -> Response:
    now = datetime.now(UTC).isoformat()
    body = f'{{"status": "healthy", "timestamp": {now}}}'
    return Response(body, media_type="application/json")
