"""An id that is not positive runs into an assertion; every other one is right."""

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse

from sources.images import Images

router = APIRouter()


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images) -> FileResponse:
    assert image_id > 0, "ids count from 1"
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404) from None
    return FileResponse(path, headers={"Cache-Control": "public, max-age=3600"})
