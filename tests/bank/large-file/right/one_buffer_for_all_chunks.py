"""One buffer of fixed size that `readinto` fills again and again; what is sent is a copy of it."""

from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()


def chunks(storage: ObjectStorage) -> Iterator[bytes]:
    buffer = memoryview(bytearray(96 * 1024))
    with storage.open(LARGE_FILE) as blob:
        while count := blob.readinto(buffer):
            yield bytes(buffer[:count])


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
