"""The loop goes on while chunks are full, and drops the last one, which is not.
takes-a-part-for-the-whole, caught by sends-every-byte
"""

from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()

CHUNK_SIZE = 64 * 1024


def chunks(storage: ObjectStorage) -> Iterator[bytes]:
    with storage.open(LARGE_FILE) as blob:
        chunk = blob.read(CHUNK_SIZE)
        while len(chunk) == CHUNK_SIZE:
            yield chunk
            chunk = blob.read(CHUNK_SIZE)


@router.get("/download/large-file")
def large_file(storage: Storage) -> StreamingResponse:
    return StreamingResponse(
        chunks(storage),
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
