"""The path is looked up in the generator, when the status has left.
not-found-too-late, caught by an-unknown-image-is-404
"""

from collections.abc import Iterator

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.images import Images

router = APIRouter()


def chunks(images: Images, image_id: int) -> Iterator[bytes]:
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    with path.open("rb") as file:
        while chunk := file.read(64 * 1024):
            yield chunk


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images):
    return StreamingResponse(
        chunks(images, image_id),
        media_type="image/jpeg",
        headers={"Cache-Control": "public, max-age=3600"},
    )
