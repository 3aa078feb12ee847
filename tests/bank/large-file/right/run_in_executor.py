"""A thread pool of its own, so that downloads never take the threads that other endpoints need."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()

POOL = ThreadPoolExecutor(max_workers=8, thread_name_prefix="storage")


async def chunks(storage: ObjectStorage, size: int = 64 * 1024) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    blob = await loop.run_in_executor(POOL, storage.open, LARGE_FILE)
    try:
        while chunk := await loop.run_in_executor(POOL, blob.read, size):
            yield chunk
    finally:
        # Not awaited: the pool closes it, whether or not this task is being cancelled.
        loop.run_in_executor(POOL, blob.close)


@router.get("/download/large-file")
async def large_file(storage: Storage) -> StreamingResponse:
    loop = asyncio.get_running_loop()
    length = await loop.run_in_executor(POOL, storage.size, LARGE_FILE)
    return StreamingResponse(
        chunks(storage),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(length),
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
