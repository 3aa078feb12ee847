"""Content-Disposition is `inline`, so a browser may show the bytes and not save them.
missing-header, caught by is-an-attachment
"""

from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()


def chunks(storage: ObjectStorage) -> Iterator[bytes]:
    with storage.open(LARGE_FILE) as blob:
        while chunk := blob.read(64 * 1024):
            yield chunk


@router.get("/download/large-file")
def large_file(storage: Storage) -> StreamingResponse:
    return StreamingResponse(
        chunks(storage),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(storage.size(LARGE_FILE)),
            "Content-Disposition": f'inline; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
