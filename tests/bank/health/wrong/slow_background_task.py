"""A background task sleeps after each answer.
ignores-the-client-leaving, caught by leaves-nothing-behind
"""

import asyncio
from datetime import UTC, datetime

from fastapi import APIRouter, BackgroundTasks

router = APIRouter()


async def check_again_later() -> None:
    await asyncio.sleep(30)
    print("still healthy")


@router.get("/health")
async def health(background: BackgroundTasks):
    background.add_task(check_again_later)
    return {"status": "healthy", "timestamp": datetime.now(UTC).isoformat()}
