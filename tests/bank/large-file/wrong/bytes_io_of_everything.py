"""An asynchronous generator over a BytesIO that holds the whole file.
collects-then-yields, caught by streams
"""

import io
from collections.abc import AsyncIterator

from anyio import to_thread
from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()


def fetch(storage: ObjectStorage) -> io.BytesIO:
    with storage.open(LARGE_FILE) as blob:
        return io.BytesIO(blob.read())


async def file_iterator(buffer: io.BytesIO, chunk_size: int = 64 * 1024) -> AsyncIterator[bytes]:
    while chunk := buffer.read(chunk_size):
        yield chunk


@router.get("/download/large-file")
async def large_file(storage: Storage) -> StreamingResponse:
    buffer = await to_thread.run_sync(fetch, storage)
    return StreamingResponse(
        file_iterator(buffer),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(buffer.getbuffer().nbytes),
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
