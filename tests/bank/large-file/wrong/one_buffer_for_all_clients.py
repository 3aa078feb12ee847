"""The buffer that is filled again and again is the module's: two downloads write into one.
keeps-it-between-requests, caught by serves-others-meanwhile
"""

from collections.abc import AsyncIterator

from anyio import CancelScope, to_thread
from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()

buffer = memoryview(bytearray(256 * 1024))


async def chunks(storage: ObjectStorage) -> AsyncIterator[memoryview]:
    blob = await to_thread.run_sync(storage.open, LARGE_FILE)
    try:
        while count := await to_thread.run_sync(blob.readinto, buffer):
            yield buffer[:count]
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
