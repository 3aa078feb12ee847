"""Each read is sent to a thread by hand, and two chunks are read ahead at most."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.images import Images

router = APIRouter()


async def chunks(path: Path) -> AsyncIterator[bytes]:
    file = await asyncio.to_thread(open, path, "rb")
    try:
        coming = asyncio.create_task(asyncio.to_thread(file.read, 64 * 1024))
        while chunk := await coming:
            coming = asyncio.create_task(asyncio.to_thread(file.read, 64 * 1024))
            yield chunk
    finally:
        file.close()


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
