"""The id is taken as text and checked by hand; JSON responses are returned, not raised."""

from fastapi import APIRouter
from fastapi.responses import FileResponse, JSONResponse

from sources.images import Images

router = APIRouter()


@router.get("/download/image/{image_id}")
async def image(image_id: str, images: Images):
    if not image_id.isdecimal():
        return JSONResponse({"detail": "an image id is a whole number"}, status_code=422)
    try:
        path = images.path(int(image_id))
    except FileNotFoundError:
        return JSONResponse({"detail": f"no image {image_id}"}, status_code=404)
    return FileResponse(
        path, media_type="image/jpeg", headers={"Cache-Control": "public, max-age=3600"}
    )
