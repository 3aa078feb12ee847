"""A task reads ahead into a bounded queue; it is cancelled, and closes the handle on the loop."""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()


async def fill(queue: asyncio.Queue[bytes | OSError | None], storage: ObjectStorage) -> None:
    try:
        with await asyncio.to_thread(storage.open, LARGE_FILE) as blob:
            while data := await asyncio.to_thread(blob.read, 64 * 1024):
                await queue.put(data)
    except OSError as error:
        await queue.put(error)
    else:
        await queue.put(None)


async def chunks(storage: ObjectStorage) -> AsyncIterator[bytes]:
    queue: asyncio.Queue[bytes | OSError | None] = asyncio.Queue(maxsize=16)
    task = asyncio.create_task(fill(queue, storage))
    try:
        while (data := await queue.get()) is not None:
            if isinstance(data, OSError):
                raise data
            yield data
    finally:
        task.cancel()


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
