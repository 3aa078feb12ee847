"""The end of the file is taken to be None, which `read` never returns.
loops-for-ever, caught by starts
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from anyio import to_thread
from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()

CHUNK_SIZE = 64 * 1024


@router.get("/download/large-file")
async def large_file(storage: Storage) -> StreamingResponse:
    return StreamingResponse(
        chunks(storage),
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


async def chunks(storage: ObjectStorage) -> AsyncIterator[bytes]:
    file = await to_thread.run_sync(storage.open, LARGE_FILE)
    try:
        while True:
            chunk = await to_thread.run_sync(file.read, CHUNK_SIZE)
            if chunk is None:
                break
            yield chunk
    finally:
        file.close()
