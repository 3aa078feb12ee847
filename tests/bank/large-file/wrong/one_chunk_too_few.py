"""The number of chunks is the size divided by theirs, rounded down: the remainder is never sent.
takes-a-part-for-the-whole, caught by sends-every-byte
"""

from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()

CHUNK_SIZE = 64 * 1024


def chunks(storage: ObjectStorage, size: int) -> Iterator[bytes]:
    with storage.open(LARGE_FILE) as blob:
        for _ in range(size // CHUNK_SIZE):
            yield blob.read(CHUNK_SIZE)


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
