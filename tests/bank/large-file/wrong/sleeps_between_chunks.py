"""A sleep after every chunk, so as not to hog the event loop, which an await does not do anyway.
adds-its-own-delay, caught by streams
"""

import asyncio
from collections.abc import AsyncIterator

from anyio import CancelScope, to_thread
from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()


async def chunks(storage: ObjectStorage) -> AsyncIterator[bytes]:
    blob = await to_thread.run_sync(storage.open, LARGE_FILE)
    try:
        while chunk := await to_thread.run_sync(blob.read, 64 * 1024):
            yield chunk
            await asyncio.sleep(0.2)
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
