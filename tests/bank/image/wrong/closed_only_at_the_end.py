"""The file is closed behind the loop, which a client that leaves does not reach.
never-releases, caught by closes-when-a-stalled-client-leaves
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.images import Images

router = APIRouter()


async def chunks(path: Path) -> AsyncIterator[bytes]:
    file = await asyncio.to_thread(open, path, "rb")
    while chunk := await asyncio.to_thread(file.read, 64 * 1024):
        yield chunk
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
