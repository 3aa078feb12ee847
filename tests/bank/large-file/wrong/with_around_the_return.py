"""`with storage.open` is around the `return`: the handle is closed before anything is read.
releases-too-early, caught by sends-every-byte
"""

from functools import partial

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, Storage

router = APIRouter()


@router.get("/download/large-file")
def large_file(storage: Storage) -> StreamingResponse:
    with storage.open(LARGE_FILE) as blob:
        return StreamingResponse(
            iter(partial(blob.read, 64 * 1024), b""),
            media_type="application/octet-stream",
            headers={
                "Content-Length": str(storage.size(LARGE_FILE)),
                "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
                "X-Content-Type-Options": "nosniff",
            },
        )
