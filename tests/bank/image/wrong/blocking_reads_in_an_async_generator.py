"""An asynchronous generator reads with open and read, on the event loop.
blocks-the-loop, caught by reads-do-not-block-the-loop
"""

from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.images import Images

router = APIRouter()


async def chunks(path: Path) -> AsyncIterator[bytes]:
    with open(path, "rb") as file:
        while chunk := file.read(64 * 1024):
            yield chunk


@router.get("/download/image/{image_id}")
async def image(image_id: int, images: Images):
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    return StreamingResponse(
        chunks(path), media_type="image/jpeg", headers={"Cache-Control": "public, max-age=3600"}
    )
