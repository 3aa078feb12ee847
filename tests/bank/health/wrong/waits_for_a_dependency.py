"""A dependency that does not answer is waited for until the time-out.
waits-before-it-answers, caught by answers-at-once
"""

import asyncio
import contextlib
from datetime import UTC, datetime

from fastapi import APIRouter

router = APIRouter()
database_ready = asyncio.Event()


@router.get("/health")
async def health():
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(database_ready.wait(), timeout=1)
    return {
        "status": "healthy",
        "database": database_ready.is_set(),
        "timestamp": datetime.now(UTC).isoformat(),
    }
