"""The path is the module's, and each chunk is read from whatever it names by then.
keeps-it-between-requests, caught by serves-others-meanwhile
"""

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.images import Images

router = APIRouter()

current = {}


def read_at(offset: int) -> bytes:
    with open(current["path"], "rb") as file:
        file.seek(offset)
        return file.read(64 * 1024)


async def chunks() -> AsyncIterator[bytes]:
    offset = 0
    while data := await asyncio.to_thread(read_at, offset):
        offset += len(data)
        yield data


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images):
    try:
        current["path"] = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    return StreamingResponse(
        chunks(), media_type="image/jpeg", headers={"Cache-Control": "public, max-age=3600"}
    )
