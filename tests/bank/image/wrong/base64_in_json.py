"""The image is sent as base64 in a JSON document.
wrong-media-type, caught by starts
"""

import base64

from fastapi import APIRouter, HTTPException

from sources.images import Images

router = APIRouter()


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images):
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    return {"id": image_id, "data": base64.b64encode(path.read_bytes()).decode()}
