"""The file is opened anew for each chunk, so that nothing is open while the client is slow."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.images import Images

router = APIRouter()


def read_at(path: Path, offset: int) -> bytes:
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(64 * 1024)


async def chunks(path: Path) -> AsyncIterator[bytes]:
    offset = 0
    while data := await asyncio.to_thread(read_at, path, offset):
        offset += len(data)
        yield data


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images):
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    return StreamingResponse(
        chunks(path), media_type="image/jpeg", headers={"Cache-Control": "public, max-age=3600"}
    )
