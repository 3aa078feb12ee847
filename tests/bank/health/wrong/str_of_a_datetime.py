"""str puts a space between date and time, where ISO 8601 has a T.
ambiguous-time, caught by timestamp-is-iso-8601
"""

from datetime import UTC, datetime

from fastapi import APIRouter

router = APIRouter()


@router.get("/health")
async def health():
    return {"status": "healthy", "timestamp": str(datetime.now(UTC))}
