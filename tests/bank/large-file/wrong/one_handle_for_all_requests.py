"""One handle, opened once for the module, serves every request: each gets a part of the file.
shares-one-stream, caught by serves-others-meanwhile
"""

from collections.abc import Iterator
from typing import BinaryIO

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()

_blob: BinaryIO | None = None


def handle(storage: ObjectStorage) -> BinaryIO:
    global _blob
    if _blob is None:
        _blob = storage.open(LARGE_FILE)
    return _blob


def chunks(storage: ObjectStorage) -> Iterator[bytes]:
    blob = handle(storage)
    while chunk := blob.read(64 * 1024):
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
