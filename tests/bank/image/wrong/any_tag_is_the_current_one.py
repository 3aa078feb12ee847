"""Whoever sends If-None-Match gets 304, whichever version it has.
takes-any-copy-for-the-current-one, caught by another-copy-is-replaced
"""

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse

from sources.images import Images

router = APIRouter()

HEADERS = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images, request: Request) -> Response:
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    response = FileResponse(path, stat_result=path.stat(), media_type="image/jpeg", headers=HEADERS)
    if "if-none-match" in request.headers:
        return Response(status_code=304, headers={**HEADERS, "ETag": response.headers["etag"]})
    return response
