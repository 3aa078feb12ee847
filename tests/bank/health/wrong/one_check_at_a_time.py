"""Who asks while another check is under way is told that the server is busy.
serves-one-at-a-time, caught by answers-two-at-once
"""

import asyncio
import shutil
from datetime import UTC, datetime

from fastapi import APIRouter, HTTPException

router = APIRouter()
checking = asyncio.Lock()


@router.get("/health")
async def health():
    if checking.locked():
        raise HTTPException(503, "a check is under way")
    async with checking:
        await asyncio.to_thread(shutil.disk_usage, "/")
    return {"status": "healthy", "timestamp": datetime.now(UTC).isoformat()}
