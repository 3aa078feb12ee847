"""`asyncio.to_thread` for every call; the close is shielded, since the task may be cancelled."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()

CHUNK_SIZE = 512 * 1024


async def stream_blob(storage: ObjectStorage) -> AsyncIterator[bytes]:
    blob = await asyncio.to_thread(storage.open, LARGE_FILE)
    try:
        while data := await asyncio.to_thread(blob.read, CHUNK_SIZE):
            yield data
    finally:
        await asyncio.shield(asyncio.to_thread(blob.close))


@router.get("/download/large-file")
async def large_file(storage: Storage) -> StreamingResponse:
    size = await asyncio.to_thread(storage.size, LARGE_FILE)
    return StreamingResponse(
        stream_blob(storage),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(size),
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
