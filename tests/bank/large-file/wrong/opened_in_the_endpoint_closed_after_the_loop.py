"""The endpoint opens the handle, and the generator closes it only when it has reached its end.
acquires-outside-the-stream, caught by closes-when-a-stalled-client-leaves
"""

from collections.abc import AsyncIterator
from typing import BinaryIO

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, Storage

router = APIRouter()


async def chunks(blob: BinaryIO) -> AsyncIterator[bytes]:
    while chunk := await run_in_threadpool(blob.read, 64 * 1024):
        yield chunk
    await run_in_threadpool(blob.close)


@router.get("/download/large-file")
async def large_file(storage: Storage) -> StreamingResponse:
    size = await run_in_threadpool(storage.size, LARGE_FILE)
    blob = await run_in_threadpool(storage.open, LARGE_FILE)
    return StreamingResponse(
        chunks(blob),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(size),
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
