"""Chunks of 1 MiB: few hops between threads, and still a small part of the file."""

from anyio import CancelScope, to_thread
from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, Storage

router = APIRouter()

ONE_MIB = 1024 * 1024


@router.get("/download/large-file")
async def large_file(storage: Storage) -> StreamingResponse:
    async def chunks():
        blob = await to_thread.run_sync(storage.open, LARGE_FILE)
        try:
            while chunk := await to_thread.run_sync(blob.read, ONE_MIB):
                yield chunk
        finally:
            with CancelScope(shield=True):
                await to_thread.run_sync(blob.close)

    size = await to_thread.run_sync(storage.size, LARGE_FILE)
    return StreamingResponse(
        chunks(),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(size),
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
