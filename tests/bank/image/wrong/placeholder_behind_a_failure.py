"""When a read fails the bytes of an error text end the picture.
passes-failure-off-as-success, caught by a-failing-read-is-visible
"""

from collections.abc import Iterator
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.images import Images

router = APIRouter()


def chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        try:
            while chunk := file.read(64 * 1024):
                yield chunk
        except OSError as error:
            yield f"error: {error}".encode()


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images):
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    return StreamingResponse(
        chunks(path), media_type="image/jpeg", headers={"Cache-Control": "public, max-age=3600"}
    )
