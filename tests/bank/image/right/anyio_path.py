"""`async with` around anyio's file, whose closing a cancellation may leave to the collector."""

from collections.abc import AsyncIterator

from anyio import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.images import Images

router = APIRouter()


async def chunks(path: Path) -> AsyncIterator[bytes]:
    async with await path.open("rb") as file:
        while chunk := await file.read(65536):
            yield chunk


@router.get("/download/image/{image_id}")
async def image(image_id: int, images: Images):
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    file = Path(path)
    size = (await file.stat()).st_size
    return StreamingResponse(
        chunks(file),
        media_type="image/jpeg",
        headers={"Cache-Control": "public, max-age=3600", "Content-Length": str(size)},
    )
