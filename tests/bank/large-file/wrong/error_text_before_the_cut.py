"""A failed read puts its message among the file's bytes, and Content-Length then cuts the body off.
passes-failure-off-as-success, caught by a-failing-read-cuts-the-body-off
"""

from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()


def chunks(storage: ObjectStorage) -> Iterator[bytes]:
    with storage.open(LARGE_FILE) as blob:
        try:
            while chunk := blob.read(64 * 1024):
                yield chunk
        except OSError as error:
            yield f"\nThe download failed: {error}\n".encode()


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
