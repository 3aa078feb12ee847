"""max-age says that it may be kept, and no-store beside it that it may not.
missing-header, caught by may-be-kept-for-an-hour
"""

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse

from sources.images import Images

router = APIRouter()


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images) -> FileResponse:
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    headers = {"Cache-Control": "no-cache, no-store, max-age=3600, must-revalidate"}
    return FileResponse(path, media_type="image/jpeg", headers=headers)
