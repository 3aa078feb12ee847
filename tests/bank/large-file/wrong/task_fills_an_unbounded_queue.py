"""A task reads ahead into an asyncio.Queue without a bound, whether or not the client reads.
runs-ahead, caught by a-stalled-client-stops-the-reading
"""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()


async def produce(storage: ObjectStorage, queue: asyncio.Queue[bytes | None]) -> None:
    blob = await asyncio.to_thread(storage.open, LARGE_FILE)
    try:
        while chunk := await asyncio.to_thread(blob.read, 64 * 1024):
            await queue.put(chunk)
    finally:
        queue.put_nowait(None)
        await asyncio.shield(asyncio.to_thread(blob.close))


async def chunks(storage: ObjectStorage) -> AsyncIterator[bytes]:
    queue: asyncio.Queue[bytes | None] = asyncio.Queue()
    producer = asyncio.create_task(produce(storage, queue))
    try:
        while (chunk := await queue.get()) is not None:
            yield chunk
        await producer
    finally:
        producer.cancel()


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
