"""`async with anyio.wrap_file` is around the `return` of an asynchronous generator's response.
releases-too-early, caught by sends-every-byte
"""

from collections.abc import AsyncIterator

import anyio
from anyio import AsyncFile, to_thread
from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, Storage

router = APIRouter()


async def chunks(file: AsyncFile[bytes]) -> AsyncIterator[bytes]:
    while chunk := await file.read(64 * 1024):
        yield chunk


@router.get("/download/large-file")
async def large_file(storage: Storage) -> StreamingResponse:
    blob = await to_thread.run_sync(storage.open, LARGE_FILE)
    async with anyio.wrap_file(blob) as file:
        return StreamingResponse(
            chunks(file),
            media_type="application/octet-stream",
            headers={
                "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
                "X-Content-Type-Options": "nosniff",
            },
        )
