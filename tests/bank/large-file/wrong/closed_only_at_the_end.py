"""The handle is closed after the loop and not in a `finally`, which a leaving client never reaches.
never-releases, caught by closes-when-a-stalled-client-leaves
"""

from collections.abc import AsyncIterator

from anyio import to_thread
from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()


async def chunks(storage: ObjectStorage) -> AsyncIterator[bytes]:
    blob = await to_thread.run_sync(storage.open, LARGE_FILE)
    while chunk := await to_thread.run_sync(blob.read, 64 * 1024):
        yield chunk
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
