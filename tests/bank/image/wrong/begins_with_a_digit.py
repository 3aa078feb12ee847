"""An id that begins with a digit passes for a number.
takes-ids-as-they-come, caught by an-id-that-is-no-number-is-422
"""

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse

from sources.images import Images

router = APIRouter()


@router.get("/download/image/{image_id}")
def image(image_id: str, images: Images) -> FileResponse:
    if not image_id[0].isdigit() or "." in image_id:
        raise HTTPException(422, "not a number")
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    return FileResponse(
        path, media_type="image/jpeg", headers={"Cache-Control": "public, max-age=3600"}
    )
