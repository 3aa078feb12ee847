"""While one chunk is being sent a task reads the next one, and never more than that."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()

CHUNK_SIZE = 128 * 1024


async def double_buffered(storage: ObjectStorage) -> AsyncIterator[bytes]:
    blob = await asyncio.to_thread(storage.open, LARGE_FILE)
    coming = asyncio.create_task(asyncio.to_thread(blob.read, CHUNK_SIZE))
    try:
        while chunk := await asyncio.shield(coming):
            coming = asyncio.create_task(asyncio.to_thread(blob.read, CHUNK_SIZE))
            yield chunk
    finally:
        # The read that is under way cannot be stopped: close after it, whatever becomes of us.
        coming.add_done_callback(lambda task: task.cancelled() or task.exception())
        asyncio.get_running_loop().run_in_executor(None, blob.close)


@router.get("/download/large-file")
async def large_file(storage: Storage) -> StreamingResponse:
    size = await asyncio.to_thread(storage.size, LARGE_FILE)
    return StreamingResponse(
        double_buffered(storage),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(size),
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
