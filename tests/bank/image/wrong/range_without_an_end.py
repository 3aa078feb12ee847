"""A range is sent from its start to the end of the file, whatever its end, without Content-Range.
takes-a-part-for-the-whole, caught by a-part-is-the-one-that-was-asked-for
"""

import re
from collections.abc import Iterator
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import StreamingResponse

from sources.images import Images

router = APIRouter()


def chunks(path: Path, start: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        while data := file.read(64 * 1024):
            yield data


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images, request: Request):
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    start, status = 0, 200
    if asked := re.match(r"bytes=(\d+)-", request.headers.get("range", "")):
        start, status = int(asked[1]), 206
    headers = {
        "Cache-Control": "public, max-age=3600",
        "Content-Length": str(path.stat().st_size - start),
    }
    return StreamingResponse(chunks(path, start), status, headers, media_type="image/jpeg")
