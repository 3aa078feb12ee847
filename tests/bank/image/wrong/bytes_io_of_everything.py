"""The file is copied into a BytesIO, which is then sent in chunks.
collects-then-yields, caught by streams
"""

import io
from collections.abc import Iterator

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.images import Images

router = APIRouter()


def chunks(buffer: io.BytesIO) -> Iterator[bytes]:
    while chunk := buffer.read(64 * 1024):
        yield chunk


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images):
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    with open(path, "rb") as file:
        buffer = io.BytesIO(file.read())
    return StreamingResponse(
        chunks(buffer), media_type="image/jpeg", headers={"Cache-Control": "public, max-age=3600"}
    )
