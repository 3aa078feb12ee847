"""A check is simulated with asyncio.sleep.
waits-before-it-answers, caught by answers-at-once
"""

import asyncio
from datetime import UTC, datetime

from fastapi import APIRouter

router = APIRouter()


@router.get("/health")
async def health():
    await asyncio.sleep(0.5)  # simulate a check of the dependencies
    return {"status": "healthy", "timestamp": datetime.now(UTC).isoformat()}
