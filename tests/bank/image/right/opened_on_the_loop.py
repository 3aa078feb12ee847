"""The file is opened in the `async def`, closed by a generator, and read in threads."""

from collections.abc import Iterator
from typing import BinaryIO

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.images import Images

router = APIRouter()


def chunks(file: BinaryIO) -> Iterator[bytes]:
    try:
        while chunk := file.read(64 * 1024):
            yield chunk
    finally:
        file.close()


@router.get("/download/image/{image_id}")
async def image(image_id: int, images: Images):
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    file = open(path, "rb")
    return StreamingResponse(
        chunks(file), media_type="image/jpeg", headers={"Cache-Control": "public, max-age=3600"}
    )
