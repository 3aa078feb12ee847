"""A file whose first read fails is taken for an empty one; only later failures are let through.
passes-failure-off-as-success, caught by a-file-that-fails-at-once-is-not-empty
"""

from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()

CHUNK_SIZE = 64 * 1024


def first_chunk(blob) -> bytes:
    try:
        return blob.read(CHUNK_SIZE)
    except OSError:
        return b""  # nothing there yet


def chunks(storage: ObjectStorage) -> Iterator[bytes]:
    with storage.open(LARGE_FILE) as blob:
        chunk = first_chunk(blob)
        while chunk:
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
