"""The last chunk is as long as the remainder, which is nothing where the size is whole chunks.
takes-a-part-for-the-whole, caught by the-last-chunk-may-be-full
"""

from collections.abc import Iterator
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.images import Images

router = APIRouter()

CHUNK_SIZE = 64 * 1024


def chunks(path: Path, size: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        for _ in range(CHUNK_SIZE, size, CHUNK_SIZE):
            yield file.read(CHUNK_SIZE)
        yield file.read(size % CHUNK_SIZE)


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images):
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    return StreamingResponse(
        chunks(path, path.stat().st_size),
        media_type="image/jpeg",
        headers={"Cache-Control": "public, max-age=3600"},
    )
