"""A JSONResponse of one's own, with its headers."""

from datetime import datetime, timezone

from fastapi import APIRouter
from fastapi.responses import JSONResponse

router = APIRouter()


@router.get("/health")
async def health() -> JSONResponse:
    return JSONResponse(
        {"status": "healthy", "timestamp": datetime.now(timezone.utc).isoformat()},
        headers={"Cache-Control": "no-cache, no-store, must-revalidate"},
    )
