"""A FileResponse with a file name, so that a browser saves the image."""

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse

from sources.images import Images

router = APIRouter()


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images):
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    return FileResponse(
        path,
        filename=f"image-{image_id}.jpg",
        headers={"Cache-Control": "max-age=3600, must-revalidate"},
    )
