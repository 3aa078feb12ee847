"""The bytes are decoded to text, which Starlette encodes again: as UTF-8, and so not the same.
bytes-taken-for-text, caught by sends-every-byte
"""

from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()


def chunks(storage: ObjectStorage) -> Iterator[str]:
    with storage.open(LARGE_FILE) as blob:
        while chunk := blob.read(64 * 1024):
            yield chunk.decode("latin-1")


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
