"""The two-argument `iter` over `partial(read, n)`, in a generator that is nested in the endpoint."""

from functools import partial

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, Storage

router = APIRouter()


@router.get("/download/large-file")
def large_file(storage: Storage) -> StreamingResponse:
    def body():
        with storage.open(LARGE_FILE) as blob:
            yield from iter(partial(blob.read, 1 << 16), b"")

    response = StreamingResponse(body(), media_type="application/octet-stream")
    response.headers["Content-Length"] = str(storage.size(LARGE_FILE))
    response.headers["Content-Disposition"] = f"attachment; filename={LARGE_FILE}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
