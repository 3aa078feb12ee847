"""A pool of a single thread does all reading.
serves-one-at-a-time, caught by serves-others-meanwhile
"""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.images import Images

router = APIRouter()

io_thread = ThreadPoolExecutor(max_workers=1)


async def chunks(path: Path) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    file = await loop.run_in_executor(io_thread, open, path, "rb")
    try:
        while chunk := await loop.run_in_executor(io_thread, file.read, 64 * 1024):
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
