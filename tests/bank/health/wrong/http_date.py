"""The time is written as in an HTTP header.
ambiguous-time, caught by timestamp-is-iso-8601
"""

from datetime import UTC, datetime
from email.utils import format_datetime

from fastapi import APIRouter

router = APIRouter()


@router.get("/health")
async def health():
    return {"status": "healthy", "timestamp": format_datetime(datetime.now(UTC), usegmt=True)}
