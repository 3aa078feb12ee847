"""A plain `def` endpoint and a plain generator: FastAPI and Starlette run both in worker threads."""

from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()

CHUNK_SIZE = 256 * 1024


def chunks(storage: ObjectStorage) -> Iterator[bytes]:
    with storage.open(LARGE_FILE) as blob:
        while chunk := blob.read(CHUNK_SIZE):
            yield chunk


@router.get("/download/large-file")
def large_file(storage: Storage) -> StreamingResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
        "Content-Length": str(storage.size(LARGE_FILE)),
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse(
        chunks(storage), media_type="application/octet-stream", headers=headers
    )
