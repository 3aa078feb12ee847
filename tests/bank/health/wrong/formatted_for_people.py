"""The time is formatted as people write it, without a T and without an offset.
ambiguous-time, caught by timestamp-is-iso-8601
"""

from datetime import datetime

from fastapi import APIRouter

router = APIRouter()


@router.get("/health")
async def health():
    return {"status": "healthy", "timestamp": datetime.now().strftime("%Y-%m-%d %H:%M:%S")}
