"""Something quick that blocks is looked at in a thread, two of them side by side."""

import asyncio
import os
import shutil
from datetime import UTC, datetime

from fastapi import APIRouter

router = APIRouter()


@router.get("/health")
async def health():
    disk, load = await asyncio.gather(
        asyncio.to_thread(shutil.disk_usage, "/"), asyncio.to_thread(os.getloadavg)
    )
    return {
        "status": "healthy",
        "timestamp": datetime.now(UTC).isoformat(),
        "disk_free": disk.free,
        "load": load,
    }
