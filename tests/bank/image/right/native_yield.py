"""The endpoint itself yields bytes; dependencies find the file and set the header."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Response
from fastapi.responses import StreamingResponse

from sources.images import Images

router = APIRouter()


class Jpeg(StreamingResponse):
    media_type = "image/jpeg"


def image_path(image_id: int, images: Images, response: Response) -> Path:
    response.headers["Cache-Control"] = "private, max-age=3600"
    try:
        return images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, f"no image {image_id}") from None


@router.get("/download/image/{image_id}", response_class=Jpeg)
def image(path: Annotated[Path, Depends(image_path)]) -> Iterable[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(64 * 1024):
            yield chunk
