"""The path is looked up once, and every later id gets the image of the first.
computes-once, caught by sends-the-image-that-is-asked-for
"""

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse

from sources.images import Images

router = APIRouter()

_found = None


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images):
    global _found
    if _found is None:
        try:
            _found = images.path(image_id)
        except FileNotFoundError:
            raise HTTPException(404) from None
    return FileResponse(
        _found, media_type="image/jpeg", headers={"Cache-Control": "public, max-age=3600"}
    )
