"""Only whole chunks are sent, and the rest is dropped.
takes-a-part-for-the-whole, caught by sends-every-byte
"""

from collections.abc import Iterator
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.images import Images

router = APIRouter()


CHUNK_SIZE = 64 * 1024


def chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while len(chunk := file.read(CHUNK_SIZE)) == CHUNK_SIZE:
            yield chunk


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images):
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    return StreamingResponse(
        chunks(path), media_type="image/jpeg", headers={"Cache-Control": "public, max-age=3600"}
    )
