"""The file is read whole inside `async def`, on the event loop.
blocks-the-loop, caught by reads-do-not-block-the-loop
"""

from fastapi import APIRouter, HTTPException, Response

from sources.images import Images

router = APIRouter()


@router.get("/download/image/{image_id}")
async def image(image_id: int, images: Images):
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    return Response(
        path.read_bytes(),
        media_type="image/jpeg",
        headers={"Cache-Control": "public, max-age=3600"},
    )
