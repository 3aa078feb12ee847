"""A line break is yielded behind the file: the server refuses it, and closes the connection."""

from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()


def chunks(storage: ObjectStorage) -> Iterator[bytes]:
    with storage.open(LARGE_FILE) as blob:
        while chunk := blob.read(64 * 1024):
            yield chunk
    yield b"\n"


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
