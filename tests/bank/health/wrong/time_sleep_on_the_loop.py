"""A check is simulated with time.sleep inside async def.
blocks-the-loop, caught by does-not-block-the-loop
"""

import time
from datetime import UTC, datetime

from fastapi import APIRouter

router = APIRouter()


def check_database() -> bool:
    time.sleep(0.1)
    return True


@router.get("/health")
async def health():
    healthy = check_database()
    return {
        "status": "healthy" if healthy else "unhealthy",
        "timestamp": datetime.now(UTC).isoformat(),
    }
