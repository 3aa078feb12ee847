"""A task reads into a bounded queue, and nobody cancels it when the client leaves.
ignores-the-client-leaving, caught by closes-when-a-stalled-client-leaves
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.images import Images

router = APIRouter()


async def read_into(queue: asyncio.Queue, path: Path) -> None:
    try:
        file = await asyncio.to_thread(path.open, "rb")
        with file:
            while chunk := await asyncio.to_thread(file.read, 64 * 1024):
                await queue.put(chunk)
    except Exception as error:
        await queue.put(error)
    else:
        await queue.put(None)


async def chunks(path: Path) -> AsyncIterator[bytes]:
    queue: asyncio.Queue = asyncio.Queue(maxsize=4)
    reader = asyncio.create_task(read_into(queue, path))
    while (item := await queue.get()) is not None:
        if isinstance(item, Exception):
            raise item
        yield item
    await reader


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
