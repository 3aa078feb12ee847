"""One os.read is told to read the whole file.
collects-then-yields, caught by the-image-is-never-whole-in-memory
"""

import os

from fastapi import APIRouter, HTTPException, Response

from sources.images import Images

router = APIRouter()


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images):
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    descriptor = os.open(path, os.O_RDONLY)
    try:
        body = os.read(descriptor, os.fstat(descriptor).st_size)
    finally:
        os.close(descriptor)
    return Response(
        body, media_type="image/jpeg", headers={"Cache-Control": "public, max-age=3600"}
    )
