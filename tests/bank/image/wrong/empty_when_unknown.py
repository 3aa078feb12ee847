"""Of an unknown id an empty image is sent.
not-found-too-late, caught by an-unknown-image-is-404
"""

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from sources.images import Images

router = APIRouter()


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images):
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        return Response(b"", media_type="image/jpeg")
    return FileResponse(
        path, media_type="image/jpeg", headers={"Cache-Control": "public, max-age=3600"}
    )
