"""Puts a Z behind the local time: right on a server that happens to run in UTC.
ambiguous-time, caught by tells-the-time-of-each-request
"""

from datetime import datetime

from fastapi import APIRouter

router = APIRouter()


@router.get("/health")
async def health() -> dict[str, str]:
    return {"status": "healthy", "timestamp": datetime.now().isoformat() + "Z"}
