"""A pool of a single thread does all reading: while one download waits, so does every other.
serves-one-at-a-time, caught by serves-others-meanwhile
"""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()

io_thread = ThreadPoolExecutor(max_workers=1)


async def chunks(storage: ObjectStorage) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    blob = await loop.run_in_executor(io_thread, storage.open, LARGE_FILE)
    try:
        while chunk := await loop.run_in_executor(io_thread, blob.read, 64 * 1024):
            yield chunk
    finally:
        loop.run_in_executor(io_thread, blob.close)


@router.get("/download/large-file")
async def large_file(storage: Storage) -> StreamingResponse:
    loop = asyncio.get_running_loop()
    size = await loop.run_in_executor(io_thread, storage.size, LARGE_FILE)
    return StreamingResponse(
        chunks(storage),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(size),
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
