"""The load is measured for a tenth of a second, on the event loop.
blocks-the-loop, caught by does-not-block-the-loop
"""

from datetime import UTC, datetime

import psutil
from fastapi import APIRouter

router = APIRouter()


@router.get("/health")
async def health():
    return {
        "status": "healthy",
        "cpu": psutil.cpu_percent(interval=0.1),
        "timestamp": datetime.now(UTC).isoformat(),
    }
