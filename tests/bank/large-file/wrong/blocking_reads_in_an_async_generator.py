"""An asynchronous generator that calls `blob.read` directly, on the event loop's thread.
blocks-the-loop, caught by reads-do-not-block-the-loop
"""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()

CHUNK_SIZE = 64 * 1024


async def iter_file(storage: ObjectStorage) -> AsyncIterator[bytes]:
    with storage.open(LARGE_FILE) as blob:
        while chunk := blob.read(CHUNK_SIZE):
            yield chunk


@router.get("/download/large-file")
async def large_file(storage: Storage) -> StreamingResponse:
    return StreamingResponse(
        iter_file(storage),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(storage.size(LARGE_FILE)),
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
