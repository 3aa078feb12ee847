"""The timestamp is a number of seconds since 1970.
ambiguous-time, caught by timestamp-is-iso-8601
"""

import time

from fastapi import APIRouter

router = APIRouter()


@router.get("/health")
async def health():
    return {"status": "healthy", "timestamp": time.time()}
