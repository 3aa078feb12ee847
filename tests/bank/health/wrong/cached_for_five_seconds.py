"""The answer is kept for five seconds and told to everybody who asks meanwhile.
computes-once, caught by tells-the-time-of-each-request
"""

import time
from datetime import UTC, datetime

from fastapi import APIRouter

router = APIRouter()

_cache: dict = {}


@router.get("/health")
async def health() -> dict[str, str]:
    now = time.monotonic()
    if not _cache or now - _cache["at"] > 5:
        _cache["at"] = now
        _cache["body"] = {"status": "healthy", "timestamp": datetime.now(UTC).isoformat()}
    return _cache["body"]
