"""The file is read whole, in a thread, before its first byte is sent.
collects-then-yields, caught by streams
"""

from fastapi import APIRouter, HTTPException, Response

from sources.images import Images

router = APIRouter()


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images):
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    return Response(
        content=path.read_bytes(),
        media_type="image/jpeg",
        headers={"Cache-Control": "public, max-age=3600"},
    )
