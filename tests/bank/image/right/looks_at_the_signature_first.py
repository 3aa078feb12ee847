"""The file is opened once to see that it is a JPEG, and once more by FileResponse."""

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
    with path.open("rb") as file:
        if file.read(2) != b"\xff\xd8":
            raise HTTPException(500, "this is no JPEG")
    return FileResponse(
        path, media_type="image/jpeg", headers={"Cache-Control": "public, max-age=3600"}
    )
