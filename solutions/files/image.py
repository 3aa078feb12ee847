"""Image: a file with a path, for which there is FileResponse, and the 304 that it leaves to us."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, HTTPException, Response
from fastapi.responses import FileResponse

from sources.images import Images

router = APIRouter()

HEADERS = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}


# A plain def runs in a worker thread: looking for the file and asking for its size blocks.
@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images, if_none_match: Annotated[str, Header()] = "") -> Response:
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, f"no image {image_id}") from None
    # With the stat result it makes its validators now, and not only when it is sent. It reads in
    # worker threads, chunk by chunk, answers Range with 206, and closes the file in any case.
    response = FileResponse(path, stat_result=path.stat(), media_type="image/jpeg", headers=HEADERS)
    if _names(if_none_match, response.headers["ETag"]):
        kept = ("ETag", "Last-Modified", "Cache-Control")
        return Response(status_code=304, headers={name: response.headers[name] for name in kept})
    return response


def _names(if_none_match: str, etag: str) -> bool:
    """Whether the client's copy is the current one (RFC 9110, 13.1.2: weak comparison)."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or tags == ["*"]
