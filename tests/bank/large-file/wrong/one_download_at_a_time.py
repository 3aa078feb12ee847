"""A lock around the download, held until its end: a second client waits for the first.
serves-one-at-a-time, caught by serves-others-meanwhile
"""

import asyncio
from collections.abc import AsyncIterator

from anyio import CancelScope, to_thread
from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()

storage_lock = asyncio.Lock()


async def chunks(storage: ObjectStorage) -> AsyncIterator[bytes]:
    async with storage_lock:
        blob = await to_thread.run_sync(storage.open, LARGE_FILE)
        try:
            while chunk := await to_thread.run_sync(blob.read, 64 * 1024):
                yield chunk
        finally:
            with CancelScope(shield=True):
                await to_thread.run_sync(blob.close)


@router.get("/download/large-file")
async def large_file(storage: Storage) -> StreamingResponse:
    size = await to_thread.run_sync(storage.size, LARGE_FILE)
    return StreamingResponse(
        chunks(storage),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(size),
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
