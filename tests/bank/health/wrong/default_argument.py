"""The time is a default value, which is computed when the file is imported.
computes-once, caught by tells-the-time-of-each-request
"""

from datetime import UTC, datetime

from fastapi import APIRouter

router = APIRouter()


def document(timestamp: str = datetime.now(UTC).isoformat()) -> dict[str, str]:
    return {"status": "healthy", "timestamp": timestamp}


@router.get("/health")
async def health() -> dict[str, str]:
    return document()
