"""A thread reads ahead into a queue without a bound.
runs-ahead, caught by a-stalled-client-stops-the-reading
"""

import queue
import threading
from collections.abc import Iterator
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.images import Images

router = APIRouter()


def chunks(path: Path) -> Iterator[bytes]:
    ready: queue.Queue = queue.Queue()
    stopped = threading.Event()

    def read_ahead() -> None:
        try:
            with path.open("rb") as file:
                while not stopped.is_set():
                    chunk = file.read(64 * 1024)
                    ready.put(chunk)
                    if not chunk:
                        return
        except Exception as error:
            ready.put(error)

    threading.Thread(target=read_ahead, daemon=True).start()
    try:
        while chunk := ready.get():
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk
    finally:
        stopped.set()


@router.get("/download/image/{image_id}")
def image(image_id: int, images: Images):
    try:
        path = images.path(image_id)
    except FileNotFoundError:
        raise HTTPException(404, "no such image") from None
    return StreamingResponse(
        chunks(path),
        media_type="image/jpeg",
        headers={
            "Cache-Control": "public, max-age=3600",
            "Content-Length": str(path.stat().st_size),
        },
    )
