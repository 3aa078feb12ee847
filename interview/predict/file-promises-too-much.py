from __future__ import annotations

from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()


@router.get("/download/large-file")
async def large_file(storage: Storage) -> StreamingResponse:
    return StreamingResponse(
        chunks(storage),
        media_type="application/octet-stream",
        headers={"Content-Length": str(100 * 1024)},
    )


def chunks(storage: ObjectStorage) -> Iterator[bytes]:
    with storage.open(LARGE_FILE) as file:
        while chunk := file.read(64 * 1024):
            yield chunk
