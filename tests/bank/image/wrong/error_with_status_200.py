"""What is unknown is answered with a JSON document, and with status 200.
not-found-too-late, caught by an-unknown-image-is-404
"""

from fastapi import APIRouter
from fastapi.responses import FileResponse

from sources.images import Images

router = APIRouter()


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images):
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        return {"error": f"image {image_id} not found"}
    return FileResponse(
        path, media_type="image/jpeg", headers={"Cache-Control": "public, max-age=3600"}
    )
