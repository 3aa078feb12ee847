"""A lock is held for as long as a download takes.
serves-one-at-a-time, caught by serves-others-meanwhile
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import anyio

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.images import Images

router = APIRouter()

disk = asyncio.Lock()


async def chunks(path: Path) -> AsyncIterator[bytes]:
    async with disk, await anyio.open_file(path, "rb") as file:
        while chunk := await file.read(64 * 1024):
            yield chunk


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
