"""The image is decoded and encoded again, which makes another file of it.
takes-a-part-for-the-whole, caught by sends-every-byte
"""

import io

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response
from PIL import Image

from sources.images import Images

router = APIRouter()


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images):
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    buffer = io.BytesIO()
    with Image.open(path) as picture:
        picture.save(buffer, "JPEG", quality=85)
    return Response(
        buffer.getvalue(),
        media_type="image/jpeg",
        headers={"Cache-Control": "public, max-age=3600"},
    )
