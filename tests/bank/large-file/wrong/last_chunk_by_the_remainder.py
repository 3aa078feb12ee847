"""The last chunk is as long as the remainder, which is nothing where the size is whole chunks.
takes-a-part-for-the-whole, caught by the-last-chunk-may-be-full
"""

from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()

CHUNK_SIZE = 64 * 1024


def chunks(storage: ObjectStorage, size: int) -> Iterator[bytes]:
    with storage.open(LARGE_FILE) as blob:
        sent = 0
        while sent + CHUNK_SIZE < size:
            yield blob.read(CHUNK_SIZE)
            sent += CHUNK_SIZE
        yield blob.read(size % CHUNK_SIZE)


@router.get("/download/large-file")
def large_file(storage: Storage) -> StreamingResponse:
    size = storage.size(LARGE_FILE)
    return StreamingResponse(
        chunks(storage, size),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(size),
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
