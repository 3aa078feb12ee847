"""The endpoint opens the file and hands it to the response, which closes nothing.
acquires-outside-the-stream, caught by leaves-nothing-behind
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
    return StreamingResponse(
        open(path, "rb"), media_type="image/jpeg", headers={"Cache-Control": "public, max-age=3600"}
    )
