"""A thread reads ahead into a bounded queue; the generator stops it, however the stream ends."""

import queue
import threading
from collections.abc import Iterator
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import StreamingResponse

from sources.images import Images

router = APIRouter()


def chunks(path: Path) -> Iterator[bytes]:
    ready: queue.Queue = queue.Queue(maxsize=4)
    stop = threading.Event()

    def read() -> None:
        try:
            with path.open("rb") as file:
                while not stop.is_set():
                    chunk = file.read(64 * 1024)
                    ready.put(chunk)
                    if not chunk:
                        return
        except BaseException as error:
            ready.put(error)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        while chunk := ready.get():
            if isinstance(chunk, BaseException):
                raise chunk
            yield chunk
    finally:
        stop.set()
        while reader.is_alive():
            try:
                ready.get(timeout=0.01)
            except queue.Empty:
                pass


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
