"""A thread reads ahead into a queue without a bound, as fast as the storage can deliver.
runs-ahead, caught by a-stalled-client-stops-the-reading
"""

import queue
import threading
from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()


def chunks(storage: ObjectStorage) -> Iterator[bytes]:
    ready: queue.Queue[bytes | Exception] = queue.Queue()
    stopped = threading.Event()

    def read_ahead() -> None:
        try:
            with storage.open(LARGE_FILE) as blob:
                while not stopped.is_set():
                    chunk = blob.read(64 * 1024)
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
