"""A class with `__next__` instead of a generator; a background task closes what was left open."""

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from starlette.background import BackgroundTask

from sources.storage import LARGE_FILE, ObjectStorage, Storage

router = APIRouter()


class BlobReader:
    """Opens on the first read and closes on the last one, on a failure, or when told to."""

    def __init__(self, storage: ObjectStorage, key: str, *, chunk_size: int = 1 << 17) -> None:
        self._storage = storage
        self._key = key
        self._chunk_size = chunk_size
        self._handle = None
        self._done = False

    def __iter__(self):
        return self

    def __next__(self) -> bytes:
        if self._done:
            raise StopIteration
        try:
            if self._handle is None:
                self._handle = self._storage.open(self._key)
            chunk = self._handle.read(self._chunk_size)
        except BaseException:
            self.close()
            raise
        if not chunk:
            self.close()
            raise StopIteration
        return chunk

    def close(self) -> None:
        self._done = True
        if self._handle is not None:
            self._handle.close()


@router.get("/download/large-file")
def large_file(storage: Storage) -> StreamingResponse:
    reader = BlobReader(storage, LARGE_FILE)
    return StreamingResponse(
        reader,
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(storage.size(LARGE_FILE)),
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
        background=BackgroundTask(reader.close),
    )
