"""A thread reads ahead into a `queue.Queue(4)`; the generator stops it, however the stream ends."""

import queue
import threading
from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()

CHUNK_SIZE = 64 * 1024
END = b""


def read_ahead(storage: ObjectStorage) -> Iterator[bytes]:
    chunks: queue.Queue[bytes | BaseException] = queue.Queue(maxsize=4)
    stop = threading.Event()

    def read() -> None:
        try:
            with storage.open(LARGE_FILE) as blob:
                while not stop.is_set():
                    chunk = blob.read(CHUNK_SIZE)
                    chunks.put(chunk)
                    if not chunk:
                        return
        except BaseException as error:
            chunks.put(error)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        while True:
            chunk = chunks.get()
            if isinstance(chunk, BaseException):
                raise chunk
            if chunk == END:
                return
            yield chunk
    finally:
        stop.set()
        # The reader may stand in `put`: make room until it has seen the flag.
        while reader.is_alive():
            try:
                chunks.get(timeout=0.01)
            except queue.Empty:
                pass


@router.get("/download/large-file")
def large_file(storage: Storage) -> StreamingResponse:
    return StreamingResponse(
        read_ahead(storage),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(storage.size(LARGE_FILE)),
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
