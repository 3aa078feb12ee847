"""Content-Length is the position of the last byte, one less than the size.
wrong-content-length, caught by sends-every-byte
"""

from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()


def file_range(storage: ObjectStorage, *, chunk_size: int = 64 * 1024) -> Iterator[bytes]:
    with storage.open(LARGE_FILE) as blob:
        while chunk := blob.read(chunk_size):
            yield chunk


@router.get("/download/large-file")
def large_file(storage: Storage) -> StreamingResponse:
    start, end = 0, storage.size(LARGE_FILE) - 1
    return StreamingResponse(
        file_range(storage),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(end - start),
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
