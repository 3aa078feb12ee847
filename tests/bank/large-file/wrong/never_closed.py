"""The generator opens the handle and never closes it.
never-releases, caught by leaves-nothing-behind
"""

from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()


def chunks(storage: ObjectStorage) -> Iterator[bytes]:
    blob = storage.open(LARGE_FILE)
    while True:
        chunk = blob.read(64 * 1024)
        if not chunk:
            return
        yield chunk


@router.get("/download/large-file")
def large_file(storage: Storage) -> StreamingResponse:
    return StreamingResponse(
        chunks(storage),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(storage.size(LARGE_FILE)),
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
