"""The file is closed when the endpoint returns, before it is read.
releases-too-early, caught by sends-every-byte
"""

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.images import Images

router = APIRouter()


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images):
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    with open(path, "rb") as file:
        return StreamingResponse(
            file, media_type="image/jpeg", headers={"Cache-Control": "public, max-age=3600"}
        )
