"""No Content-Length: the body is chunked, which is allowed and costs the client its progress bar."""

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, Storage

router = APIRouter()

BLOCK = 32 * 1024


@router.get("/download/large-file")
async def large_file(storage: Storage):
    async def blocks():
        file = await run_in_threadpool(storage.open, LARGE_FILE)
        try:
            block = await run_in_threadpool(file.read, BLOCK)
            while block:
                yield block
                block = await run_in_threadpool(file.read, BLOCK)
        finally:
            file.close()

    return StreamingResponse(
        blocks(),
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
