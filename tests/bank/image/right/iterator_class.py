"""An iterator class that closes its file at the end, and when it is closed."""

from pathlib import Path

import anyio
from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.images import Images

router = APIRouter()


class Chunks:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = None

    def __aiter__(self):
        return self

    async def __anext__(self) -> bytes:
        if self._file is None:
            self._file = await anyio.open_file(self._path, "rb")
        try:
            chunk = await self._file.read(256 * 1024)
        except BaseException:
            self._file.wrapped.close()
            raise
        if not chunk:
            self._file.wrapped.close()
            raise StopAsyncIteration
        return chunk

    def __del__(self) -> None:
        if self._file is not None:
            self._file.wrapped.close()


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images):
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    return StreamingResponse(
        Chunks(path), media_type="image/jpeg", headers={"Cache-Control": "public, max-age=3600"}
    )
