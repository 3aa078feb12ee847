"""os.open and os.read by descriptor, and a Last-Modified that is compared by hand."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response, StreamingResponse

from sources.images import Images

router = APIRouter()


def chunks(path: Path) -> Iterator[bytes]:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        while chunk := os.read(descriptor, 64 * 1024):
            yield chunk
    finally:
        os.close(descriptor)


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images, request: Request):
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    modified = datetime.fromtimestamp(int(path.stat().st_mtime), UTC)
    headers = {
        "Cache-Control": "public, max-age=3600",
        "Last-Modified": format_datetime(modified, usegmt=True),
    }
    since = request.headers.get("if-modified-since")
    if since and parsedate_to_datetime(since) >= modified:
        return Response(status_code=304, headers=headers)
    return StreamingResponse(chunks(path), media_type="image/jpeg", headers=headers)
