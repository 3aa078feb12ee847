"""The handle is closed by a BackgroundTask, which does not run when a read has failed.
acquires-outside-the-stream, caught by a-failing-read-cuts-the-body-off
"""

from functools import partial

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from starlette.background import BackgroundTask

from sources.storage import LARGE_FILE, Storage

router = APIRouter()


@router.get("/download/large-file")
def large_file(storage: Storage) -> StreamingResponse:
    blob = storage.open(LARGE_FILE)
    return StreamingResponse(
        iter(partial(blob.read, 64 * 1024), b""),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(storage.size(LARGE_FILE)),
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
        background=BackgroundTask(blob.close),
    )
