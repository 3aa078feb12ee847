"""A shielded task reads the file to its end to complete a checksum, though the client has left.
ignores-the-client-leaving, caught by closes-when-the-client-leaves
"""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()
log = logging.getLogger(__name__)

CHUNK_SIZE = 64 * 1024
background: set[asyncio.Task] = set()


async def finish(blob, digest) -> None:
    while chunk := await asyncio.to_thread(blob.read, CHUNK_SIZE):
        digest.update(chunk)
    blob.close()
    log.info("sha256 %s", digest.hexdigest())


async def chunks(storage: ObjectStorage) -> AsyncIterator[bytes]:
    blob = await asyncio.to_thread(storage.open, LARGE_FILE)
    digest = hashlib.sha256()
    try:
        while chunk := await asyncio.to_thread(blob.read, CHUNK_SIZE):
            digest.update(chunk)
            yield chunk
    finally:
        task = asyncio.create_task(finish(blob, digest))
        background.add(task)
        task.add_done_callback(background.discard)


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
