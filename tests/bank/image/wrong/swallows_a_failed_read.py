"""A read that fails ends the body as if the image were complete.
passes-failure-off-as-success, caught by a-failing-read-is-visible
"""

import logging
from collections.abc import Iterator
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.images import Images

router = APIRouter()

log = logging.getLogger(__name__)


def chunks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while chunk := file.read(64 * 1024):
                yield chunk
    except OSError:
        log.exception("reading %s failed", path)


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images):
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    return StreamingResponse(
        chunks(path), media_type="image/jpeg", headers={"Cache-Control": "public, max-age=3600"}
    )
