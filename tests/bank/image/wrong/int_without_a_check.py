"""int is called on whatever stands in the path, and its error is the server's.
takes-ids-as-they-come, caught by an-id-that-is-no-number-is-422
"""

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse

from sources.images import Images

router = APIRouter()


@router.get("/download/image/{image_id}")
async def image(image_id: str, images: Images) -> FileResponse:
    try:
        path = images.path(int(image_id))
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    return FileResponse(
        path, media_type="image/jpeg", headers={"Cache-Control": "public, max-age=3600"}
    )
