"""The bytes are decoded as UTF-8, and the first that are none break the body off.
bytes-taken-for-text, caught by sends-every-byte
"""

import io

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from sources.storage import LARGE_FILE, Storage

router = APIRouter()


@router.get("/download/large-file")
def large_file(storage: Storage) -> StreamingResponse:
    def chunks():
        with io.TextIOWrapper(storage.open(LARGE_FILE), encoding="utf-8", newline="") as file:
            while chunk := file.read(64 * 1024):
                yield chunk

    return StreamingResponse(
        chunks(),
        media_type="application/octet-stream",
        headers={
            "Content-Length": str(storage.size(LARGE_FILE)),
            "Content-Disposition": f'attachment; filename="{LARGE_FILE}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
