"""The response is prepared once and given to everybody.
computes-once, caught by tells-the-time-of-each-request
"""

from datetime import UTC, datetime

from fastapi import APIRouter
from fastapi.responses import JSONResponse

router = APIRouter()

HEALTHY = JSONResponse({"status": "healthy", "timestamp": datetime.now(UTC).isoformat()})


@router.get("/health")
async def health() -> JSONResponse:
    return HEALTHY
