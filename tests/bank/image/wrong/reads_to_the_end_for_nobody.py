"""A task reads the file to its end to complete a checksum, though the client has left.
ignores-the-client-leaving, caught by closes-when-the-client-leaves
"""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.images import Images

router = APIRouter()

log = logging.getLogger(__name__)
background: set[asyncio.Task] = set()


async def finish(file, digest) -> None:
    while chunk := await asyncio.to_thread(file.read, 64 * 1024):
        digest.update(chunk)
    file.close()
    log.info("sha256 %s", digest.hexdigest())


async def chunks(path: Path) -> AsyncIterator[bytes]:
    file = await asyncio.to_thread(open, path, "rb")
    digest = hashlib.sha256()
    try:
        while chunk := await asyncio.to_thread(file.read, 64 * 1024):
            digest.update(chunk)
            yield chunk
    finally:
        task = asyncio.create_task(finish(file, digest))
        background.add(task)
        task.add_done_callback(background.discard)


@router.get("/download/image/{image_id}")
async def image(image_id: int, images: Images):
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    return StreamingResponse(
        chunks(path),
        media_type="image/jpeg",
        headers={
            "Cache-Control": "public, max-age=3600",
            "Content-Length": str(path.stat().st_size),
        },
    )
