"""The endpoint opens the handle and hands its reads to the response; nobody closes it.
acquires-outside-the-stream, caught by leaves-nothing-behind
"""

from functools import partial

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

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
    )
