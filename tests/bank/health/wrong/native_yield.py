"""The endpoint yields, which makes JSON Lines of what was to be one object.
wrong-media-type, caught by starts
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from fastapi import APIRouter

router = APIRouter()


@router.get("/health")
async def health() -> AsyncIterator[dict[str, str]]:
    yield {"status": "healthy", "timestamp": datetime.now(UTC).isoformat()}
