"""`asyncio.to_thread` for every read, and a plain `with`, which closes on the loop: unwise, short.

When the client leaves, the thread may still be reading; closing then waits for it.
"""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()


async def chunks(storage: ObjectStorage) -> AsyncIterator[bytes]:
    with await asyncio.to_thread(storage.open, LARGE_FILE) as blob:
        while data := await asyncio.to_thread(blob.read, 128 * 1024):
            yield data


@router.get("/download/large-file")
async def large_file(storage: Storage) -> StreamingResponse:
    size = await asyncio.to_thread(storage.size, LARGE_FILE)
    return StreamingResponse(
        chunks(storage),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(size),
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
