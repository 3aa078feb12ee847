"""The body is what str makes of a dictionary, with single quotes.
repr-instead-of-json, caught by says-that-it-is-healthy
"""

from datetime import UTC, datetime

from fastapi import APIRouter, Response

router = APIRouter()


@router.get("/health")
async def health() -> Response:
    document = {"status": "healthy", "timestamp": datetime.now(UTC).isoformat()}
    return Response(content=str(document), media_type="application/json")
