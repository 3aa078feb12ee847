"""An asynchronous generator over anyio's asynchronous file."""

from collections.abc import AsyncIterator
from pathlib import Path

import anyio

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.images import Images

router = APIRouter()


async def chunks(path: Path) -> AsyncIterator[bytes]:
    file = await anyio.open_file(path, "rb")
    try:
        while chunk := await file.read(128 * 1024):
            yield chunk
    finally:
        with anyio.CancelScope(shield=True):
            await file.aclose()


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
