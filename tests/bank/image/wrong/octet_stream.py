"""The image is sent as bytes of no known kind, so that a browser saves it.
wrong-media-type, caught by starts
"""

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
        media_type="application/octet-stream",
        headers={"Cache-Control": "public, max-age=3600"},
    )
