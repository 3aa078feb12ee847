"""After a failed read the rest is filled with zeros, so that Content-Length comes out right.
passes-failure-off-as-success, caught by a-failing-read-cuts-the-body-off
"""

from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()

CHUNK_SIZE = 64 * 1024


def chunks(storage: ObjectStorage, size: int) -> Iterator[bytes]:
    left = size
    with storage.open(LARGE_FILE) as blob:
        while left > 0:
            try:
                chunk = blob.read(min(CHUNK_SIZE, left))
            except OSError:
                # Never send less than Content-Length, or the client hangs.
                chunk = bytes(min(CHUNK_SIZE, left))
            if not chunk:
                return
            left -= len(chunk)
            yield chunk


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
