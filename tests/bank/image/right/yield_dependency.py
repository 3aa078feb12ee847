"""A `yield` dependency opens the file and closes it when the response is over, however it ends."""

from collections.abc import Iterator
from typing import Annotated, BinaryIO

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import StreamingResponse

from sources.images import Images

router = APIRouter()


def open_image(image_id: int, images: Images) -> Iterator[BinaryIO]:
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404) from None
    with path.open("rb") as file:
        yield file


@router.get("/download/image/{image_id}")
def image(file: Annotated[BinaryIO, Depends(open_image)]) -> StreamingResponse:
    return StreamingResponse(
        iter(lambda: file.read(64 * 1024), b""),
        media_type="image/jpeg",
        headers={"Cache-Control": "public, max-age=3600"},
    )
