"""Large file: chunk after chunk from a blocking handle, off the event loop, closed in any case."""

from __future__ import annotations

from collections.abc import AsyncIterator

from anyio import CancelScope, to_thread
from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()

CHUNK_SIZE = 128 * 1024  # bytes; each chunk costs a hop to a worker thread, about 60 microseconds


@router.get("/download/large-file")
async def large_file(storage: Storage) -> StreamingResponse:
    # Asked before the response begins: a missing object can still become an error status.
    size = await to_thread.run_sync(storage.size, LARGE_FILE)
    headers = {
        "Content-Length": str(size),
        "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(
        _chunks(storage), media_type="application/octet-stream", headers=headers
    )


async def _chunks(storage: ObjectStorage) -> AsyncIterator[bytes]:
    # anyio waits for a thread that has begun even if this task is cancelled meanwhile, so the
    # handle cannot get lost on its way. asyncio.to_thread would return without it.
    file = await to_thread.run_sync(storage.open, LARGE_FILE)
    try:
        while chunk := await to_thread.run_sync(file.read, CHUNK_SIZE):
            yield chunk
    finally:
        # When the client leaves, every await in here is cancelled at once unless it is shielded.
        with CancelScope(shield=True):
            await to_thread.run_sync(file.close)


# A synchronous generator is shorter, since Starlette takes each of its chunks in a worker thread:
#
#     def _chunks(storage: ObjectStorage) -> Iterator[bytes]:
#         with storage.open(LARGE_FILE) as file:
#             yield from iter(partial(file.read, CHUNK_SIZE), b"")
#
# Its price: nobody closes it when the client leaves in the middle. The handle stays open until
# garbage collection finds the generator, which an idle server may not run for hours.
