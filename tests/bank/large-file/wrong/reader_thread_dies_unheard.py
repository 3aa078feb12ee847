"""The reader thread dies of a failed read, and the generator waits for its next chunk for ever.
never-ends, caught by a-failing-read-cuts-the-body-off
"""

import queue
import threading
from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()

CHUNK_SIZE = 64 * 1024


def chunks(storage: ObjectStorage) -> Iterator[bytes]:
    ready: queue.Queue[bytes] = queue.Queue(maxsize=4)
    stop = threading.Event()

    def read_ahead() -> None:
        with storage.open(LARGE_FILE) as blob:
            chunk = blob.read(CHUNK_SIZE)
            while chunk and not stop.is_set():
                ready.put(chunk)
                chunk = blob.read(CHUNK_SIZE)
        ready.put(b"")

    threading.Thread(target=read_ahead, daemon=True).start()
    try:
        while chunk := ready.get():
            yield chunk
    finally:
        stop.set()
        while not ready.empty():  # the reader may wait for room, and would not see the flag
            ready.get_nowait()


@router.get("/download/large-file")
def large_file(storage: Storage) -> StreamingResponse:
    return StreamingResponse(
        chunks(storage),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(storage.size(LARGE_FILE)),
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
