"""The media type is image/jpg, which does not exist.
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
        path, media_type="image/jpg", headers={"Cache-Control": "public, max-age=3600"}
    )
