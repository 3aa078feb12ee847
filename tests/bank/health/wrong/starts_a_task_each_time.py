"""Each request starts a task that never ends.
ignores-the-client-leaving, caught by leaves-nothing-behind
"""

import asyncio
from datetime import UTC, datetime

from fastapi import APIRouter

router = APIRouter()
last_seen: datetime | None = None
watchers: set[asyncio.Task] = set()


async def watch() -> None:
    while True:
        await asyncio.sleep(60)
        if last_seen and (datetime.now(UTC) - last_seen).seconds > 60:
            print("nobody asks for the health any more")


@router.get("/health")
async def health():
    global last_seen
    last_seen = datetime.now(UTC)
    watchers.add(asyncio.create_task(watch()))
    return {"status": "healthy", "timestamp": last_seen.isoformat()}
