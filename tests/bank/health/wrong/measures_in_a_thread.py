"""The load is measured in a worker thread, for which the answer waits.
waits-before-it-answers, caught by answers-at-once
"""

from datetime import UTC, datetime

import psutil
from fastapi import APIRouter

router = APIRouter()


@router.get("/health")
def health():
    load = psutil.cpu_percent(interval=0.2)
    return {"status": "healthy", "cpu": load, "timestamp": datetime.now(UTC).isoformat()}
