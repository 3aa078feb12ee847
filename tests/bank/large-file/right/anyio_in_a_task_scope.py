"""An async generator whose every call goes through anyio's threads, and whose clean-up is shielded."""

from collections.abc import AsyncIterator

import anyio
from anyio import to_thread
from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()

CHUNK_SIZE = 64 * 1024


async def read_chunks(storage: ObjectStorage) -> AsyncIterator[bytes]:
    blob = await to_thread.run_sync(storage.open, LARGE_FILE)
    try:
        while True:
            chunk = await to_thread.run_sync(blob.read, CHUNK_SIZE)
            if not chunk:
                break
            yield chunk
    finally:
        with anyio.CancelScope(shield=True):
            await to_thread.run_sync(blob.close)


@router.get("/download/large-file")
async def large_file(storage: Storage) -> StreamingResponse:
    try:
        size = await to_thread.run_sync(storage.size, LARGE_FILE)
    except FileNotFoundError:
        raise HTTPException(404, "no such file") from None
    return StreamingResponse(
        read_chunks(storage),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(size),
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
