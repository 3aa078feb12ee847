"""`await asyncio.sleep(0)` between the reads: others get a turn, but each read still blocks them.
blocks-the-loop, caught by reads-do-not-block-the-loop
"""

import asyncio

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, Storage

router = APIRouter()


@router.get("/download/large-file")
async def large_file(storage: Storage) -> StreamingResponse:
    size = await asyncio.to_thread(storage.size, LARGE_FILE)

    async def body():
        blob = await asyncio.to_thread(storage.open, LARGE_FILE)
        try:
            while chunk := blob.read(256 * 1024):
                yield chunk
                await asyncio.sleep(0)  # do not block the event loop
        finally:
            blob.close()

    return StreamingResponse(
        body(),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(size),
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
