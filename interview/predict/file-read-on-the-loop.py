from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()


@router.get("/download/large-file")
async def large_file(storage: Storage) -> StreamingResponse:
    body = chunks(storage)
    return StreamingResponse(body, media_type="application/octet-stream")


async def chunks(storage: ObjectStorage) -> AsyncIterator[bytes]:
    with storage.open(LARGE_FILE) as file:
        while chunk := file.read(64 * 1024):
            yield chunk
