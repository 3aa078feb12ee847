"""There is no Content-Disposition: a browser makes up a name from the URL.
missing-header, caught by is-an-attachment
"""

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()


async def chunks(storage: ObjectStorage) -> AsyncIterator[bytes]:
    with storage.open(LARGE_FILE) as blob:
        while chunk := blob.read(64 * 1024):
            yield chunk


@router.get("/download/large-file")
async def large_file(storage: Storage) -> StreamingResponse:
    return StreamingResponse(
        chunks(storage),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(storage.size(LARGE_FILE)),
            "X-Content-Type-Options": "nosniff",
        },
    )
