"""Cache-Control forbids to keep what never changes.
missing-header, caught by may-be-kept-for-an-hour
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
        path, media_type="image/jpeg", headers={"Cache-Control": "no-cache, no-store"}
    )
