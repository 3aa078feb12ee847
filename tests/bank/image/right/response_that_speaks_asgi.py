"""A Response subclass that sends the ASGI messages itself, and listens for the client's leaving."""

from pathlib import Path

import anyio
from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from sources.images import Images

router = APIRouter()


class ImageResponse(Response):
    media_type = "image/jpeg"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.status_code = 200
        self.background = None
        self.init_headers(
            {"content-length": str(path.stat().st_size), "cache-control": "public, max-age=3600"}
        )

    async def __call__(self, scope, receive, send) -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(self.watch, receive, group.cancel_scope)
            await self.send(send)
            group.cancel_scope.cancel()

    async def watch(self, receive, cancel_scope) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        cancel_scope.cancel()

    async def send(self, send) -> None:
        file = await anyio.open_file(self.path, "rb")
        try:
            start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
            await send(start)
            while chunk := await file.read(64 * 1024):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            with anyio.CancelScope(shield=True):
                await file.aclose()


@router.get("/download/image/{image_id}", response_class=ImageResponse)
def image(image_id: int, images: Images):
    try:
        return ImageResponse(images.path(image_id))
    except FileNotFoundError:
        raise HTTPException(404, "unknown image") from None
