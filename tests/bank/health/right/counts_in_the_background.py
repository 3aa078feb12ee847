"""A background task that is over at once counts how often somebody asked."""

from collections import Counter
from datetime import UTC, datetime

from fastapi import APIRouter, BackgroundTasks

router = APIRouter()
asked = Counter()


async def count() -> None:
    asked["health"] += 1


@router.get("/health")
async def health(background: BackgroundTasks):
    background.add_task(count)
    return {"status": "healthy", "timestamp": datetime.now(UTC).isoformat()}
