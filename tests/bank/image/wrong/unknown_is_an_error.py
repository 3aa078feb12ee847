"""FileNotFoundError is left to the server, which answers 500.
not-found-too-late, caught by an-unknown-image-is-404
"""

from fastapi import APIRouter
from fastapi.responses import FileResponse

from sources.images import Images

router = APIRouter()


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images):
    return FileResponse(
        images.path(image_id),
        media_type="image/jpeg",
        headers={"Cache-Control": "public, max-age=3600"},
    )
