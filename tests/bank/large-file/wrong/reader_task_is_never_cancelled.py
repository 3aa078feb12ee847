"""A task reads into a bounded queue; when the client leaves nobody cancels it, and it stays for ever.
ignores-the-client-leaving, caught by closes-when-a-stalled-client-leaves
"""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()

END = object()


async def read_into(queue: asyncio.Queue, storage: ObjectStorage) -> None:
    try:
        blob = await asyncio.to_thread(storage.open, LARGE_FILE)
        try:
            while chunk := await asyncio.to_thread(blob.read, 64 * 1024):
                await queue.put(chunk)
        finally:
            blob.close()
    except Exception as error:
        await queue.put(error)
    else:
        await queue.put(END)


async def chunks(storage: ObjectStorage) -> AsyncIterator[bytes]:
    queue: asyncio.Queue = asyncio.Queue(maxsize=4)
    reader = asyncio.create_task(read_into(queue, storage))
    while (item := await queue.get()) is not END:
        if isinstance(item, Exception):
            raise item
        yield item
    await reader


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
